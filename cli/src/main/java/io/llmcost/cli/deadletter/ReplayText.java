package io.llmcost.cli.deadletter;

import static io.llmcost.cli.deadletter.Output.cell;

import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import tools.jackson.databind.JsonNode;

/** Replays, and what one would do, for a person to read. */
final class ReplayText {
  private ReplayText() {}

  /** A replay's counts, in lines. */
  static String of(JsonNode replay) {
    StringBuilder text = new StringBuilder();
    text.append("replay %s: %s%n".formatted(cell(replay, "id"), cell(replay, "state")));
    count(text, replay, "selected", "selected");
    count(text, replay, "sent", "sent");
    count(text, replay, "recorded", "recorded");
    count(text, replay, "already_recorded", "already in the ledger");
    count(text, replay, "failed", "failed again");
    count(text, replay, "cancelled", "not sent, cancelled");
    count(text, replay, "outstanding", "outstanding");
    return text.toString();
  }

  /** How far a replay is, in one line. */
  static String progress(JsonNode replay) {
    return "%s: %s of %s sent, %s recorded, %s failed again"
        .formatted(
            cell(replay, "state"),
            number(replay, "sent"),
            number(replay, "selected"),
            Figures.count(
                replay.path("recorded").asLong(0) + replay.path("already_recorded").asLong(0)),
            number(replay, "failed"));
  }

  static String table(Iterable<JsonNode> replays) {
    Table table = new Table().text("id").text("made").text("by").text("state");
    table.number("selected").number("sent").number("recorded").number("already");
    table.number("failed").number("outstanding").text("note");
    for (JsonNode replay : replays) {
      table.row(
          cell(replay, "id"),
          cell(replay, "made_at"),
          cell(replay, "made_by"),
          cell(replay, "state"),
          number(replay, "selected"),
          number(replay, "sent"),
          number(replay, "recorded"),
          number(replay, "already_recorded"),
          number(replay, "failed"),
          number(replay, "outstanding"),
          cell(replay, "note"));
    }
    return table.render();
  }

  /** What a dry run said. */
  static String dryRun(JsonNode report) {
    StringBuilder text = new StringBuilder("dry run; nothing was sent\n");
    count(text, report, "selected", "selected");
    count(text, report, "examined", "examined");
    count(text, report, "would_succeed", "would succeed");
    count(text, report, "already_recorded", "already in the ledger");
    count(text, report, "would_fail", "would fail");
    report
        .path("would_fail_by_cause")
        .properties()
        .forEach(
            cause ->
                text.append(
                    "  %-21s %s%n"
                        .formatted(cause.getKey(), Figures.count(cause.getValue().asLong(0)))));
    if (!report.path("results").isEmpty()) {
      Table table = new Table().text("id").text("event").text("would").text("cause").text("why");
      for (JsonNode result : report.path("results")) {
        table.row(
            cell(result, "dead_letter_id"),
            cell(result, "event_id"),
            cell(result, "outcome"),
            cell(result, "cause"),
            cell(result, "message"));
      }
      text.append('\n').append(table.render());
    }
    if (report.path("has_more").asBoolean(false)) {
      text.append("... --limit shows more\n");
    }
    return text.toString();
  }

  private static void count(StringBuilder text, JsonNode node, String field, String name) {
    text.append("%-23s %s%n".formatted(name, number(node, field)));
  }

  private static String number(JsonNode node, String field) {
    return Figures.count(node.path(field).asLong(0));
  }
}
