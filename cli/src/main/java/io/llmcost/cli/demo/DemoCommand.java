package io.llmcost.cli.demo;

import io.llmcost.cli.simulator.Answer;
import io.llmcost.cli.simulator.ProviderSimulator;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.cli.up.RunningStack;
import io.llmcost.cli.up.StackOptions;
import io.llmcost.cli.up.Up;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A stack, sample traffic through its gateway to a simulated provider, and both sides' bill. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Start a stack, send it sample traffic, and print the cost report beside what was sent.",
      "The calls go through the gateway to a provider simulator: no key, no network, no cost."
    })
public final class DemoCommand implements Runnable {
  @Mixin private StackOptions options = new StackOptions();

  @Option(
      names = "--exit",
      description =
          "End after the report, with 0 only if every count, token and cost equals what was sent.")
  private boolean exit;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    if (options.upstream().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--upstream belongs to up; the demo brings its own provider");
    }
    PrintWriter out = spec.commandLine().getOut();
    Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    try (ProviderSimulator simulator = ProviderSimulator.start(answers::add)) {
      options.upstreamUnlessGiven(simulator.url());
      try (RunningStack stack = Up.start(options, out);
          Progress progress = Progress.on(spec.commandLine().getErr())) {
        long differences = new Demo(stack, answers, out, progress).run().differences();
        progress.clear();
        if (!exit) {
          stayUp(stack, out, differences);
        }
        if (differences > 0) {
          throw new CommandFailure(
              "%d lines of the report differ from what was sent".formatted(differences));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("the provider simulator cannot start: " + e.getMessage(), e);
    }
  }

  private static void stayUp(RunningStack stack, PrintWriter out, long differences) {
    out.println(
        """

        The stack stays up, with the simulated provider behind it. Try:

          ./llmcost report --data-dir %1$s --group-by user_id

          curl -s %2$s/v1/chat/completions -H 'authorization: Bearer any-key' \\
            -H 'content-type: application/json' -H 'x-llmcost-project: mine' \\
            -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'

          curl -s '%3$s/v1/requests?projects=mine' -H 'authorization: Bearer %4$s'

        Ctrl-C stops it.\
        """
            .formatted(
                stack.dataDirectory(), stack.gateway(), stack.reporting(), stack.token("reader")));
    out.flush();
    stack.exitCodeOnSignal(differences == 0 ? 0 : 1);
    stack.awaitEnd();
  }
}
