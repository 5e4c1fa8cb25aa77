package io.llmcost.cli.deadletter;

import static io.llmcost.cli.deadletter.Output.cell;

import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Who did what. */
@Command(
    name = "audit",
    sortOptions = false,
    description = "Who did what to dead letters, and what became of it, newest first.")
final class AuditCommand implements Runnable {
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "ID", arity = "0..1", description = "Only of this dead letter.")
  private @Nullable String id;

  @Option(names = "--replay", paramLabel = "ID", description = "Only of this replay.")
  private @Nullable String replay;

  @Option(names = "--who", paramLabel = "NAME", description = "Only by this one.")
  private @Nullable String who;

  @Option(names = "--act", paramLabel = "ACT", description = "Only such as replay or discard.")
  private @Nullable String act;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many (default: 100).")
  private int limit = 100;

  @Override
  public void run() {
    Query query =
        new Query()
            .add("dead_letter_id", id)
            .add("replay_id", replay)
            .add("who", who)
            .add("act", act)
            .add("limit", Integer.toString(limit));
    JsonNode answer = output.reader().get("/v1/audit", query);
    if (output.isJson()) {
      output.json(answer);
      return;
    }
    Table table = new Table().text("at").text("who").text("act").text("dead letter");
    table.text("replay").text("reason").text("detail");
    for (JsonNode entry : answer.path("data")) {
      table.row(
          cell(entry, "at"),
          cell(entry, "who"),
          cell(entry, "act"),
          cell(entry, "dead_letter_id"),
          cell(entry, "replay_id"),
          cell(entry, "reason"),
          entry.path("detail").toString());
    }
    output.text(answer.path("data").isEmpty() ? "nothing was done\n" : table.render());
  }
}
