package io.llmcost.cli.terminal;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Asks before an act, where a person is there to answer. */
public final class Confirmation {
  @Option(names = "--yes", description = "Do not ask; without a terminal nothing is asked anyway.")
  private boolean yes;

  /** Returns if the act may be done: asked and confirmed, or nobody is to be asked. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 25 it is null again where there is none.
  public void require(CommandSpec spec, String question) {
    Console console = System.console();
    if (yes || console == null || !console.isTerminal()) {
      return;
    }
    String answer = console.readLine("%s: %s [y/N] ", spec.qualifiedName(), question);
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new CommandFailure("not confirmed; nothing was done");
    }
  }
}
