package io.llmcost.cli.deadletter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What either hop refused, and what an operator does about it. */
@Command(
    name = "dead-letters",
    sortOptions = false,
    description = "See, try, edit, replay and discard the records that could not be recorded.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InventoryCommand.class,
      ListCommand.class,
      ShowCommand.class,
      ReplayCommand.class,
      ReplaysCommand.class,
      ReplayActs.Pause.class,
      ReplayActs.Resume.class,
      ReplayActs.Cancel.class,
      EditCommand.class,
      DiscardCommand.class,
      AuditCommand.class
    },
    footerHeading = "%nA way through:%n",
    footer = {
      "  ./llmcost dead-letters inventory                       what there is, by cause",
      "  ./llmcost dead-letters show ID                         why, and what is in it",
      "  ./llmcost dead-letters replay --cause CONFLICT --dry-run",
      "  ./llmcost dead-letters replay --cause CONFLICT --rate 100",
      "  ./llmcost dead-letters discard ID --reason 'a load test'"
    })
public final class DeadLettersCommand implements Runnable {
  static final String PATH = "/v1/dead-letters";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command: inventory, list, show, replay, discard ...?");
  }
}
