package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.ServiceClient.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** One dead letter. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Everything about one: why, headers, the event in it, and its bytes.")
final class ShowCommand implements Runnable {
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "ID", description = "As dead-letters list shows it.")
  private String id = "";

  @Option(names = "--full", description = "All bytes of a large value, not only the first.")
  private boolean full;

  @Override
  public void run() {
    JsonNode letter =
        output
            .reader()
            .get(
                DeadLettersCommand.PATH + "/" + ReplayActs.segment(id),
                new Query().add("full", full ? "true" : null));
    if (output.isJson()) {
      output.json(letter);
    } else {
      output.text(LetterText.of(letter, full));
    }
  }
}
