package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.ServiceClient.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Replays and how far they are. */
@Command(name = "replays", sortOptions = false, description = "Replays, newest first.")
final class ReplaysCommand implements Runnable {
  @Mixin private Output output = new Output();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many (default: 20).")
  private int limit = 20;

  @Override
  public void run() {
    JsonNode answer =
        output.reader().get("/v1/replays", new Query().add("limit", Integer.toString(limit)));
    if (output.isJson()) {
      output.json(answer);
    } else if (answer.path("data").isEmpty()) {
      output.text("no replays\n");
    } else {
      output.text(ReplayText.table(answer.path("data")));
    }
  }
}
