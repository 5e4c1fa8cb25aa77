package io.llmcost.cli.verify;

import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until both hops and the index of dead letters have passed what the topics held at the
 * start, and compares what came out with what went in.
 */
final class HopChecks {
  private static final List<String> LETTERS =
      List.of(Topics.deadLetter(Topics.COMPLETED), Topics.deadLetter(Topics.COSTED));

  private final Hops hops;
  private final Patience patience;

  HopChecks(Hops hops, Patience patience) {
    this.hops = hops;
    this.patience = patience;
  }

  /** Returns where the topics ended, once the ledger has all before that. */
  Ends await(String ledgerUrl, LongConsumer left) {
    Map<TopicPartition, Long> completed = hops.ends(Topics.COMPLETED);
    hops.await(Hops.CALCULATOR, completed, left);
    Map<TopicPartition, Long> costed = hops.ends(Topics.COSTED);
    awaitLedger(ledgerUrl, costed, left);
    Map<TopicPartition, Long> letters = new HashMap<>();
    LETTERS.forEach(topic -> letters.putAll(hops.endsIfThere(topic)));
    awaitLedger(ledgerUrl, letters, left);
    return new Ends(completed, costed, letters);
  }

  /** The topics' ends beside how far each hop is, and what the first hop made of its records. */
  List<Check> checks(Ends ends, Ledger ledger) {
    long completed = Ends.sum(ends.completed());
    long costed = ledger.everTaken(Topics.COSTED);
    long refused = ledger.everTaken(Topics.deadLetter(Topics.COMPLETED));
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.equal(
            "hop 1  end of %s = passed by %s".formatted(Topics.COMPLETED, Hops.CALCULATOR),
            completed,
            completed - hops.lag(Hops.CALCULATOR, ends.completed())));
    checks.add(
        Check.atMost("hop 1  records <= costed + dead letters", completed, costed + refused)
            .with(
                "%,d + %,d; more where a crash or a repricing sent anew"
                    .formatted(costed, refused)));
    checks.add(
        Check.equal(
            "hop 2  end of %s = next offset of the ledger".formatted(Topics.COSTED),
            Ends.sum(ends.costed()),
            passed(ends.costed(), ledger::nextOffsets)));
    checks.add(
        Check.equal(
            "dead letters  ends of their topics = next offset of their index",
            Ends.sum(ends.letters()),
            passed(ends.letters(), ledger::nextOffsets)));
    return checks;
  }

  private void awaitLedger(
      String ledgerUrl, Map<TopicPartition, Long> ends, LongConsumer progress) {
    long least = Long.MAX_VALUE;
    while (true) {
      long passed = patience.repeat("read how far the ledger is", () -> passed(ledgerUrl, ends));
      long left = Ends.sum(ends) - passed;
      progress.accept(left);
      if (left == 0) {
        patience.progress();
        return;
      }
      if (left < least) {
        least = left;
        patience.progress();
      }
      patience.pause("wait for the ledger", "%,d records are before it".formatted(left));
    }
  }

  private long passed(String ledgerUrl, Map<TopicPartition, Long> ends) {
    try (Ledger ledger = Ledger.open(ledgerUrl)) {
      return passed(ends, ledger::nextOffsets);
    }
  }

  /** Of the records before the ends, those that the ledger has. */
  private long passed(
      Map<TopicPartition, Long> ends, Function<UUID, Map<Integer, Long>> nextOffsets) {
    Map<String, Map<Integer, Long>> next = new HashMap<>();
    long passed = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      long at =
          next.computeIfAbsent(
                  end.getKey().topic(), topic -> nextOffsets.apply(hops.topicId(topic)))
              .getOrDefault(end.getKey().partition(), 0L);
      passed += Math.min(end.getValue(), at);
    }
    return passed;
  }
}
