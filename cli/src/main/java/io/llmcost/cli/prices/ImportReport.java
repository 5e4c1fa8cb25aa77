package io.llmcost.cli.prices;

import io.llmcost.cli.terminal.Figures;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** An import's report for people: the counts, and the first rows of each kind. */
final class ImportReport {

  private ImportReport() {}

  /**
   * @param report as {@code POST /v1/prices/import} answers
   * @param shown how many rows of a kind at most
   */
  static String render(JsonNode report, int shown) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %s added, %s changed, %s ended, %s unchanged, %s held, %s refused; %s aliases added, %s changed%n"
            .formatted(
                report.path("format").asString(""),
                count(report, "added"),
                count(report, "changed"),
                count(report, "ended"),
                Figures.count(report.path("unchanged").asLong(0)),
                count(report, "held"),
                count(report, "refused"),
                Figures.count(report.path("aliases_added").asLong(0)),
                Figures.count(report.path("aliases_changed").asLong(0))));
    for (String kind : new String[] {"added", "changed", "ended", "held", "refused"}) {
      rows(text, kind, report.path(kind), shown);
    }
    ignored(text, report.path("ignored"));
    return text.toString();
  }

  private static String count(JsonNode report, String kind) {
    return Figures.count(report.path(kind).size());
  }

  private static void rows(StringBuilder text, String kind, JsonNode rows, int shown) {
    int written = 0;
    for (JsonNode row : rows) {
      if (written++ == shown) {
        text.append("  ... and %s more %s%n".formatted(Figures.count(rows.size() - shown), kind));
        return;
      }
      text.append("  ").append(kind).append(' ').append(line(kind, row)).append('\n');
    }
  }

  private static String line(String kind, JsonNode row) {
    return switch (kind) {
      case "added" -> terms(row.path("price"));
      case "changed" -> terms(row.path("price")) + was(row.path("previous"));
      case "ended" -> terms(row);
      case "held" ->
          "%s (%s): %s"
              .formatted(
                  terms(row.path("price")),
                  row.path("model").asString(""),
                  row.path("reason").asString(""));
      default -> row.path("row").asString("") + ": " + row.path("reason").asString("");
    };
  }

  private static String was(JsonNode previous) {
    StringBuilder was = new StringBuilder();
    previous.forEach(price -> was.append(was.isEmpty() ? ", was " : " and ").append(rate(price)));
    return was.toString();
  }

  private static String terms(JsonNode price) {
    StringBuilder terms = new StringBuilder();
    terms
        .append(price.path("provider").asString(""))
        .append(' ')
        .append(price.path("model").asString(""))
        .append(' ')
        .append(price.path("meter").asString(""))
        .append(' ')
        .append(rate(price));
    add(terms, "tier", price.path("service_tier").asString("*"), "*");
    add(terms, "region", price.path("region").asString("*"), "*");
    add(terms, "above", Figures.count(price.path("context_above").asLong(0)), "0");
    add(terms, "hours", price.path("time_window").asString("*"), "*");
    add(terms, "from", price.path("effective_from").asString(""), "");
    add(terms, "to", price.path("effective_to").asString(""), "");
    return terms.toString();
  }

  private static void add(StringBuilder terms, String name, String value, String usual) {
    if (!value.equals(usual)) {
      terms.append(' ').append(name).append(' ').append(value);
    }
  }

  private static String rate(JsonNode price) {
    return price.path("unit_price").asString("")
        + " for "
        + Figures.count(price.path("unit").asLong(0));
  }

  // Hundreds of rows of a few kinds: by reason.
  private static void ignored(StringBuilder text, JsonNode rows) {
    Map<String, Integer> byReason = new TreeMap<>();
    rows.forEach(row -> byReason.merge(row.path("reason").asString(""), 1, Integer::sum));
    byReason.forEach(
        (reason, count) ->
            text.append("  ignored %s rows: %s%n".formatted(Figures.count(count), reason)));
  }
}
