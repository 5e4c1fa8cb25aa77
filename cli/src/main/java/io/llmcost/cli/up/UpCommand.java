package io.llmcost.cli.up;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code llmcost up}: a whole stack on this machine, until Ctrl-C. */
@Command(
    name = "up",
    description =
        "Start Kafka, a schema registry, PostgreSQL and the four services on this machine, and keep"
            + " them running until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {
  @Mixin private StackOptions options = new StackOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (RunningStack stack = Up.startToStay(options, out)) {
      out.print(stack.summary());
      out.println("Ctrl-C stops it.");
      out.flush();
      stack.awaitEnd();
    }
    return 0;
  }
}
