package io.llmcost.cli.verify;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares topics, ledger and rollups; any difference is a FAIL line and a non-zero exit. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Compare topics, ledger and rollups with each other, and show the numbers.",
      "Waits for what was on its way when it started; reads the whole ledger. Nothing is changed."
    })
public final class VerifyCommand implements Runnable {
  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      defaultValue = "30s",
      description = "Give up when nothing has moved for so long (default: 30s).")
  private Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = "--deep",
      description =
          "Read the topics too, and look every record and every event up; names what is missing.")
  private boolean deep;

  @Option(
      names = "--events-in-memory",
      paramLabel = "N",
      defaultValue = "2000000",
      description =
          "With --deep: for how many events there is memory, 50 bytes each; the topics are read"
              + " again for as many more (default: 2000000).")
  private int eventsInMemory = 2_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    if (eventsInMemory < 1) {
      throw new ParameterException(spec.commandLine(), "--events-in-memory is at least 1");
    }
    List<Check> checks;
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      checks = compare(progress);
    }
    print(checks);
    long wrong = checks.stream().filter(check -> !check.holds()).count();
    if (wrong > 0) {
      throw new CommandFailure("%d of %d comparisons differ".formatted(wrong, checks.size()));
    }
  }

  private List<Check> compare(Progress progress) {
    Patience patience = new Patience(timeout);
    KafkaSettings settings = KafkaSettings.of(endpoints, null);
    String ledgerUrl = endpoints.ledgerUrl();
    List<Check> checks = new ArrayList<>();
    try (Hops hops = new Hops(settings, patience)) {
      HopChecks both = new HopChecks(hops, patience);
      Ends ends =
          both.await(
              ledgerUrl,
              left -> progress.show("waiting for both hops: " + Figures.count(left) + " left"));
      try (Ledger ledger = Ledger.open(ledgerUrl)) {
        progress.show("summing up the ledger");
        checks.addAll(both.checks(ends, ledger));
        checks.addAll(ledger.counts());
        checks.addAll(ledger.sums());
        if (deep) {
          checks.addAll(
              new DeepCheck(hops, settings, patience, eventsInMemory, progress::show)
                  .checks(ends, ledger));
        }
      }
    }
    return checks;
  }

  private void print(List<Check> checks) {
    Table table =
        new Table().text("comparison").number("left").text("").number("right").text("").text("");
    for (Check check : checks) {
      table.row(
          check.name(),
          digits(check.left()),
          check.relation().sign(),
          digits(check.right()),
          check.holds() ? "PASS" : "FAIL",
          check.note());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table.render());
    for (Check check : checks) {
      if (!check.holds()) {
        check.examples().forEach(example -> out.println("  FAIL " + check.name() + ": " + example));
      }
    }
    out.flush();
  }

  private static String digits(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
