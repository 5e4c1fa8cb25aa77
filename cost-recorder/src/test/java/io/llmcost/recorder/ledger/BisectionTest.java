package io.llmcost.recorder.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class BisectionTest {

  @RepeatedTest(200)
  void everyRecordIsWrittenOrRefusedOnceAndInOrder() {
    Random random = new Random();
    List<Integer> batch = IntStream.range(0, random.nextInt(300)).boxed().toList();
    Set<Integer> bad = new TreeSet<>();
    for (int i = 0; i < random.nextInt(10) && !batch.isEmpty(); i++) {
      bad.add(random.nextInt(batch.size()));
    }
    Recording recording = new Recording(bad);

    Bisection.run(batch, recording);

    assertThat(recording.ended).isEqualTo(batch);
    assertThat(recording.refused).isEqualTo(List.copyOf(bad));
  }

  @Test
  void aGoodBatchIsWrittenAtOnce() {
    Recording recording = new Recording(Set.of());

    Bisection.run(List.of(1, 2, 3, 4), recording);

    assertThat(recording.attempts).isEqualTo(1);
  }

  @Test
  void oneBadRecordOfFourThousandCostsFewAttempts() {
    Recording recording = new Recording(Set.of(1_234));

    Bisection.run(IntStream.range(0, 4_000).boxed().toList(), recording);

    assertThat(recording.attempts).isLessThan(30);
    assertThat(recording.refused).containsExactly(1_234);
  }

  private static final class Recording implements Bisection.Attempt<Integer> {
    private final Set<Integer> bad;
    private final List<Integer> ended = new ArrayList<>();
    private final List<Integer> refused = new ArrayList<>();
    private int attempts;

    Recording(Set<Integer> bad) {
      this.bad = bad;
    }

    @Override
    public void write(List<Integer> records) throws RefusedRecordException {
      attempts++;
      if (records.stream().anyMatch(bad::contains)) {
        throw new RefusedRecordException("bad", new IllegalStateException());
      }
      ended.addAll(records);
    }

    @Override
    public void refuse(Integer record, RefusedRecordException reason) {
      ended.add(record);
      refused.add(record);
    }
  }
}
