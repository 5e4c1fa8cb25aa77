package io.llmcost.cli;

import io.llmcost.cli.deadletter.DeadLettersCommand;
import io.llmcost.cli.demo.DemoCommand;
import io.llmcost.cli.emit.EmitCommand;
import io.llmcost.cli.keys.KeysCommand;
import io.llmcost.cli.prices.PricesCommand;
import io.llmcost.cli.report.ReportCommand;
import io.llmcost.cli.repricing.CorrectCommand;
import io.llmcost.cli.retention.RetentionCommand;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.up.UpCommand;
import io.llmcost.cli.verify.VerifyCommand;
import io.llmcost.localstack.StackException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The {@code llmcost} command; 0 means done, anything else comes with one line on stderr. */
@Command(
    name = "llmcost",
    description = "What your LLM calls cost: priced exactly, kept in a ledger, reported.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nTo begin:%n",
    footer = {
      "  ./llmcost demo           a stack on this machine, sample traffic, and its bill",
      "  ./llmcost up             a stack to point your SDKs at",
      "  ./llmcost report         what was spent",
      "  ./llmcost COMMAND --help"
    },
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      EmitCommand.class,
      ReportCommand.class,
      PricesCommand.class,
      CorrectCommand.class,
      KeysCommand.class,
      DeadLettersCommand.class,
      RetentionCommand.class,
      VerifyCommand.class
    })
public final class Main implements Runnable {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces and the libraries' warnings.")
  private boolean verbose;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] args) {
    quietLibraries(args);
    System.exit(commandLine().execute(args));
  }

  /** The whole command tree, ready to be executed or asked for its usage texts. */
  public static CommandLine commandLine() {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(oneLineOnWrongUse());
    commandLine.setExecutionExceptionHandler(main.oneLineOnFailure());
    commandLine.setUsageHelpWidth(100);
    addHelp(commandLine);
    return commandLine;
  }

  private static void addHelp(CommandLine commandLine) {
    commandLine.getCommandSpec().mixinStandardHelpOptions(true);
    commandLine.getSubcommands().values().forEach(Main::addHelp);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /** Kafka's and the registry's clients log what they retry anyway; it is not for this terminal. */
  private static void quietLibraries(String[] args) {
    boolean verbose = java.util.Arrays.asList(args).contains("--verbose");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "warn" : "off");
    java.util.logging.LogManager.getLogManager().reset();
  }

  private static IParameterExceptionHandler oneLineOnWrongUse() {
    return (wrong, args) -> {
      CommandLine command = wrong.getCommandLine();
      String name = command.getCommandSpec().qualifiedName();
      PrintWriter err = command.getErr();
      err.println(
          "%s: %s (see %s --help)"
              .formatted(name, oneLine(String.valueOf(wrong.getMessage())), name));
      return command.getCommandSpec().exitCodeOnInvalidInput();
    };
  }

  private IExecutionExceptionHandler oneLineOnFailure() {
    return (Exception failure, CommandLine command, ParseResult parsed) -> {
      PrintWriter err = command.getErr();
      if (verbose) {
        failure.printStackTrace(err);
      }
      err.println(command.getCommandSpec().qualifiedName() + ": " + reason(failure));
      return command.getCommandSpec().exitCodeOnExecutionException();
    };
  }

  private static String reason(Exception failure) {
    String message = failure.getMessage();
    boolean explained = failure instanceof CommandFailure || failure instanceof StackException;
    if (explained && message != null) {
      return oneLine(message);
    }
    return oneLine(failure + " (--verbose shows where)");
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
