package io.llmcost.cli.verify;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.cli.terminal.Table;
import io.llmcost.schemas.Topics;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares topics, ledger and rollups; any difference is a FAIL line and a non-zero exit. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Compare topics, ledger and rollups with each other, and show the numbers.",
      "Waits for what was on its way when it started; reads the whole ledger."
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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    List<Check> checks = new ArrayList<>();
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      progress.show("waiting for both hops");
      checks.addAll(hops(endpoints.ledgerUrl()));
      progress.show("summing up the ledger");
      try (Ledger ledger = Ledger.open(endpoints.ledgerUrl())) {
        checks.addAll(ledger.counts());
        checks.addAll(ledger.sums());
      }
    }
    print(checks);
    long wrong = checks.stream().filter(check -> !check.holds()).count();
    if (wrong > 0) {
      throw new CommandFailure("%d of %d comparisons differ".formatted(wrong, checks.size()));
    }
  }

  /** Every record that the topics had at the start must have passed. */
  private List<Check> hops(String ledgerUrl) {
    Patience patience = new Patience(timeout);
    try (Hops hops = new Hops(KafkaSettings.of(endpoints, null), patience)) {
      Map<TopicPartition, Long> completed = hops.ends(Topics.COMPLETED);
      hops.await(Hops.CALCULATOR, completed, left -> {});
      Map<TopicPartition, Long> costed = hops.ends(Topics.COSTED);
      hops.await(Hops.RECORDER, costed, left -> {});
      UUID topicId = hops.topicId(Topics.COSTED);
      try (Ledger ledger = Ledger.open(ledgerUrl)) {
        return List.of(
            Check.equal(
                "%s: end passed by %s".formatted(Topics.COMPLETED, Hops.CALCULATOR),
                sum(completed),
                sum(completed) - hops.lag(Hops.CALCULATOR, completed)),
            Check.equal(
                "%s: end = next offset of the ledger".formatted(Topics.COSTED),
                sum(costed),
                passed(costed, ledger.nextOffsets(topicId))));
      }
    }
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Of the records before the ends, those that the ledger has. */
  private static long passed(Map<TopicPartition, Long> ends, Map<Integer, Long> next) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.min(end.getValue(), next.getOrDefault(end.getKey().partition(), 0L)))
        .sum();
  }

  private void print(List<Check> checks) {
    Table table = new Table().text("comparison").number("left").number("right").text("");
    for (Check check : checks) {
      table.row(
          check.name(),
          digits(check.left()),
          digits(check.right()),
          check.holds() ? "PASS" : "FAIL");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(table.render());
    out.flush();
  }

  private static String digits(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
