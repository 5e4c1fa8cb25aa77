package io.llmcost.cli.deadletter;

import static io.llmcost.cli.deadletter.Output.cell;

import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A dead letter for a person to read. */
final class LetterText {
  private static final int BYTES_A_LINE = 16;
  private static final int SHOWN_BYTES = 512;

  private LetterText() {}

  static String of(JsonNode letter, boolean full) {
    StringBuilder text = new StringBuilder();
    line(text, "dead letter", cell(letter, "id"));
    line(text, "cause", cell(letter, "cause"));
    line(text, "why", cell(letter, "message"));
    line(text, "thrown", cell(letter, "exception"));
    line(text, "state", state(letter));
    line(text, "replay", cell(letter, "replay_id"));
    line(text, "dead-lettered", cell(letter, "dead_lettered_at"));
    line(text, "from", place(letter, "topic", "partition", "offset"));
    line(
        text,
        "now in",
        place(letter, "dead_letter_topic", "dead_letter_partition", "dead_letter_offset"));
    line(text, "failed last in", cell(letter, "failed_topic"));
    line(text, "key", cell(letter, "key"));
    line(text, "size", Figures.count(letter.path("size").asLong(0)) + " bytes");
    headers(text, letter.path("headers"));
    edits(text, letter);
    JsonNode value = letter.path("value");
    if (value.isObject()) {
      text.append("\nevent, as it came\n").append(pretty(value)).append('\n');
    } else {
      text.append("\nno event: ").append(printable(cell(letter, "undecodable"))).append('\n');
    }
    dump(text, letter, full);
    return text.toString();
  }

  private static String state(JsonNode letter) {
    String since = cell(letter, "state_at");
    int attempts = letter.path("attempts").asInt(1);
    return "%s%s, failed %s"
        .formatted(
            cell(letter, "state"),
            since.isEmpty() ? "" : " since " + since,
            attempts == 1 ? "once" : attempts + " times");
  }

  private static String place(JsonNode letter, String topic, String partition, String offset) {
    return cell(letter, topic)
        + (letter.path(offset).isNumber()
            ? ", partition %s, offset %s".formatted(cell(letter, partition), cell(letter, offset))
            : "");
  }

  private static void headers(StringBuilder text, JsonNode headers) {
    Table table = new Table().text("header").text("value");
    for (JsonNode header : headers) {
      table.row(
          cell(header, "name"),
          header.has("hex") ? "hex " + cell(header, "hex") : shortened(cell(header, "value")));
    }
    text.append('\n').append(table.render());
  }

  private static void edits(StringBuilder text, JsonNode letter) {
    for (JsonNode edit : letter.path("edits")) {
      text.append(
          "\nedit %s%s by %s at %s: %s%n"
              .formatted(
                  cell(edit, "version"),
                  edit.path("in_force").asBoolean(false) ? ", in force," : "",
                  printable(cell(edit, "who")),
                  cell(edit, "at"),
                  printable(cell(edit, "reason"))));
      Table table = new Table().text("field").text("before").text("after");
      for (JsonNode change : edit.path("difference")) {
        table.row(cell(change, "path"), side(change, "before"), side(change, "after"));
      }
      text.append(table.render());
    }
    JsonNode edited = letter.path("edited").path("value");
    if (edited.isObject()) {
      text.append("\nevent, as edited\n").append(pretty(edited)).append('\n');
    } else if (letter.has("edited")) {
      text.append("\nas edited, no event: ")
          .append(printable(cell(letter.path("edited"), "undecodable")))
          .append('\n');
    }
  }

  private static String side(JsonNode change, String name) {
    JsonNode value = change.path(name);
    return value.isMissingNode() ? "-" : shortened(value.toString());
  }

  private static void dump(StringBuilder text, JsonNode letter, boolean full) {
    String hex = cell(letter, "value_hex");
    String ascii = cell(letter, "value_text");
    int bytes = hex.length() / 2;
    int shown = full ? bytes : Math.min(bytes, SHOWN_BYTES);
    if (bytes > 0) {
      text.append("\nbytes\n");
    }
    for (int from = 0; from < shown; from += BYTES_A_LINE) {
      int to = Math.min(shown, from + BYTES_A_LINE);
      StringBuilder pairs = new StringBuilder();
      for (int i = from; i < to; i++) {
        pairs.append(hex, 2 * i, 2 * i + 2).append(' ');
      }
      text.append(
          "%08x  %-48s |%s|%n"
              .formatted(
                  from,
                  pairs,
                  ascii.substring(Math.min(from, ascii.length()), Math.min(to, ascii.length()))));
    }
    if (letter.path("truncated").asBoolean(false) || shown < bytes) {
      text.append(
          "... of %s bytes; --full shows all%n"
              .formatted(Figures.count(letter.path("size").asLong(0))));
    }
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("%-15s %s%n".formatted(name, printable(value)));
    }
  }

  private static String pretty(JsonNode value) {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    boolean isCut = line.length() > 100 || text.length() > line.length();
    return isCut ? line.substring(0, Math.min(100, line.length())) + " ..." : text;
  }

  /** Texts come from outside and must not steer the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
