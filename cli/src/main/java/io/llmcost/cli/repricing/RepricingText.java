package io.llmcost.cli.repricing;

import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/** Repricings and corrections for a person to read. */
final class RepricingText {
  private static final int SHOWN = 50;

  private RepricingText() {}

  /** What was found, or sent, day by day and model by model. */
  static String of(JsonNode repricing) {
    StringBuilder text = new StringBuilder();
    boolean isApplied = !repricing.path("apply").isMissingNode();
    JsonNode phase = repricing.path(isApplied ? "apply" : "dry_run");
    text.append(
        "%s %s: %s, priced by version %d of the price book%n"
            .formatted(
                cell(repricing, "kind"),
                cell(repricing, "id"),
                cell(repricing, "state"),
                repricing.path("price_book_version").asLong(0)));
    text.append(
        "%s requests looked at: %s %s, %s unchanged, %s failed%n"
            .formatted(
                number(phase, "examined"),
                number(phase, "changed"),
                isApplied ? "sent" : "would change",
                number(phase, "unchanged"),
                number(phase, "failed")));
    if (!phase.path("by_day_and_model").isEmpty()) {
      text.append('\n').append(table(phase));
    }
    for (JsonNode failure : phase.path("failures")) {
      text.append("failed %s: %s%n".formatted(cell(failure, "event_id"), cell(failure, "reason")));
    }
    JsonNode ledger = repricing.path("ledger");
    if (!ledger.isMissingNode()) {
      text.append(
          "%nledger: %s recorded, %s unchanged, %s outstanding; its sum moved by %s %s%n"
              .formatted(
                  number(ledger, "recorded"),
                  number(ledger, "unchanged"),
                  number(ledger, "outstanding"),
                  signed(cell(ledger, "difference")),
                  cell(ledger, "currency")));
    }
    return text.toString();
  }

  /** How far it is, in one line. */
  static String progress(JsonNode repricing) {
    JsonNode apply = repricing.path("apply");
    return apply.isMissingNode()
        ? "%s: %s looked at, %s would change"
            .formatted(
                cell(repricing, "state"),
                number(repricing.path("dry_run"), "examined"),
                number(repricing.path("dry_run"), "changed"))
        : "%s: %s of %s sent, %s recorded"
            .formatted(
                cell(repricing, "state"),
                number(apply, "changed"),
                number(repricing.path("dry_run"), "changed"),
                number(repricing.path("ledger"), "recorded"));
  }

  // Every digit: what is shown is what the ledger's sum moves by.
  private static String table(JsonNode phase) {
    String currency = cell(phase, "currency");
    Table table = new Table().text("day").text("provider").text("model").number("requests");
    table.number("before").number("after").number("difference " + currency);
    JsonNode rows = phase.path("by_day_and_model");
    int shown = 0;
    for (JsonNode row : rows) {
      if (shown++ == SHOWN) {
        break;
      }
      table.row(
          cell(row, "day"),
          cell(row, "provider"),
          cell(row, "model"),
          number(row, "changed"),
          cell(row, "cost_before"),
          cell(row, "cost_after"),
          signed(cell(row, "difference")));
    }
    table.total(
        "total",
        "",
        "",
        number(phase, "changed"),
        cell(phase, "cost_before"),
        cell(phase, "cost_after"),
        signed(cell(phase, "difference")));
    return rows.size() > SHOWN
        ? table.render()
            + "... and %,d more rows, which --format json shows%n".formatted(rows.size() - SHOWN)
        : table.render();
  }

  /** Those that were made, a line each. */
  static String list(JsonNode repricings) {
    Table table = new Table().text("id").text("made").text("by").text("state");
    table.number("would change").number("difference").number("sent").text("reason");
    for (JsonNode one : repricings) {
      table.row(
          cell(one, "id"),
          cell(one, "made_at"),
          cell(one, "made_by"),
          cell(one, "state"),
          number(one.path("dry_run"), "changed"),
          signed(cell(one.path("dry_run"), "difference")),
          number(one.path("apply"), "changed"),
          cell(one, "reason"));
    }
    return table.render();
  }

  static long count(JsonNode node, String field) {
    return node.path(field).asLong(0);
  }

  static String cell(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? "" : value.asString("");
  }

  private static String number(JsonNode node, String field) {
    return Figures.count(count(node, field));
  }

  private static String signed(String amount) {
    return !amount.isEmpty() && new BigDecimal(amount).signum() > 0 ? "+" + amount : amount;
  }
}
