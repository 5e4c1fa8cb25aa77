package io.llmcost.cli.deadletter;

import io.llmcost.cli.terminal.Confirmation;
import io.llmcost.cli.terminal.Figures;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Gives dead letters up. */
@Command(
    name = "discard",
    sortOptions = false,
    description = {
      "Give open and parked dead letters up, for a reason.",
      "Their bytes are kept; no replay takes them any more."
    })
final class DiscardCommand implements Runnable {
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "These, or those of the filters.")
  private List<String> ids = List.of();

  @Mixin private LetterFilters filters = new LetterFilters();

  @Option(names = "--all", description = "Every open or parked one.")
  private boolean all;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; the audit keeps it.")
  private String reason = "";

  @Mixin private Confirmation confirmation = new Confirmation();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    var body = filters.act(ids, all).put("reason", reason);
    confirmation.require(spec, "Give them up?");
    JsonNode answer = output.operator().post(DeadLettersCommand.PATH + "/discard", body);
    if (output.isJson()) {
      output.json(answer);
    } else {
      output.text("%s discarded%n".formatted(Figures.count(answer.path("discarded").asLong(0))));
    }
  }
}
