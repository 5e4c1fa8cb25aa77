package io.llmcost.recorder.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.recorder.Costed;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageSources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever the order among events, the redeliveries and the batches: the ledger is the same. */
class AnyOrderTest {
  private static final Instant START = Instant.parse("2026-10-31T23:50:00Z");

  @RepeatedTest(100)
  void ordersRedeliveriesAndBatchesMakeNoDifference(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<List<Costed>> stories = stories(random);

    MemoryLedger oneByOne = new MemoryLedger();
    for (List<Costed> story : stories) {
      story.forEach(event -> oneByOne.write(List.of(Readings.costing(event))));
    }

    MemoryLedger batched = new MemoryLedger();
    List<Costing> arriving = shuffledAndRepeated(stories, random);
    int received = 0;
    while (received < arriving.size()) {
      int size = Math.min(arriving.size() - received, 1 + random.nextInt(12));
      batched.write(arriving.subList(received, received + size));
      received += size;
    }

    assertThat(batched.total()).isEqualTo(oneByOne.total());
    assertThat(batched.histories.keySet()).isEqualTo(oneByOne.histories.keySet());
    assertThat(batched.rollupTotal()).isEqualTo(batched.total());
    assertThat(batched.counts.received()).isEqualTo(arriving.size());
  }

  /** The records of one event, in the only order in which they can come: they share a partition. */
  private static List<List<Costed>> stories(Random random) {
    List<List<Costed>> stories = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Costed event =
          Costed.at(START.plus(Duration.ofMinutes(random.nextInt(60))))
              .withModel("model-" + random.nextInt(3))
              .withStatus(random.nextInt(5) == 0 ? Statuses.FAILED : Statuses.SUCCEEDED)
              .withTokens(random.nextInt(1_000), random.nextInt(1_000));
      List<Costed> story = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        story.add(event.withUsageSource(UsageSources.ESTIMATED).withTokens(1, 1));
      }
      story.add(event);
      for (int repricing = 0; repricing < random.nextInt(3); repricing++) {
        story.add(
            event
                .withPrice(Integer.toString(random.nextInt(4)))
                .withCostStatus(random.nextBoolean() ? CostStatuses.PRICED : CostStatuses.FALLBACK)
                .repricedBy(new UUID(0x7000L, random.nextLong() | Long.MIN_VALUE)));
      }
      stories.add(story);
    }
    return stories;
  }

  private static List<Costing> shuffledAndRepeated(List<List<Costed>> stories, Random random) {
    List<Deque<Costed>> left = new ArrayList<>();
    stories.forEach(story -> left.add(new ArrayDeque<>(story)));
    List<Costing> arriving = new ArrayList<>();
    List<Costing> seen = new ArrayList<>();
    while (!left.isEmpty()) {
      int chosen = random.nextInt(left.size());
      Costing next = Readings.costing(left.get(chosen).remove());
      arriving.add(next);
      // A redelivered zero-difference repricing has left no trace to be known by; the rest has.
      if (next.repricingId() == null) {
        seen.add(next);
      }
      if (left.get(chosen).isEmpty()) {
        left.remove(chosen);
      }
      while (!seen.isEmpty() && random.nextInt(3) == 0) {
        arriving.add(seen.get(random.nextInt(seen.size())));
      }
    }
    return arriving;
  }
}
