package io.llmcost.recorder.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.recorder.ledger.Month;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SealPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void everyOpenMonthUpToTheOneIsSealedOldestFirst() throws Exception {
    assertThat(SealPlan.through(month(3), open(4, 1, 3, 11), null, NOW))
        .containsExactly(month(1), month(3));
  }

  @Test
  void whatIsSealedIsNotSealedAgain() throws Exception {
    assertThat(SealPlan.through(month(3), open(4, 5), month(3), NOW)).isEmpty();
    assertThat(SealPlan.through(month(4), open(4, 5), month(3), NOW)).containsExactly(month(4));
  }

  @Test
  void monthsThatStillGetEventsStayOpen() throws Exception {
    assertRefused(month(11), NOW, "2026-11 can be sealed from 2027-01-05T00:00:00Z");
    assertRefused(month(10), NOW, "2026-10 can be sealed from 2026-12-06T00:00:00Z");
    assertRefused(new Month(2027, 1), NOW, "can be sealed from");
    assertThat(SealPlan.through(month(9), open(9), null, Instant.parse("2026-11-05T00:00:00Z")))
        .containsExactly(month(9));
    assertRefused(month(9), Instant.parse("2026-11-04T23:59:59.999Z"), "2026-09");
  }

  @Test
  void aMonthThatCameBackIsNotSealedOverItsOwnSums() {
    assertThatExceptionOfType(SealPlan.Refused.class)
        .isThrownBy(() -> SealPlan.through(month(6), open(2, 5), month(3), NOW))
        .withMessageContaining("2026-02 has a partition although 2026-03 is sealed");
  }

  @Test
  void keptMonthsAreWholeOnesBesideTheCurrent() {
    assertThat(SealPlan.notKept(1, NOW)).isEqualTo(month(9));
    assertThat(SealPlan.notKept(13, NOW)).isEqualTo(new Month(2025, 9));
  }

  private static void assertRefused(Month through, Instant now, String reason) {
    assertThatExceptionOfType(SealPlan.Refused.class)
        .isThrownBy(() -> SealPlan.through(through, open(1), null, now))
        .withMessageContaining(reason);
  }

  private static Month month(int month) {
    return new Month(2026, month);
  }

  private static SortedSet<Month> open(Integer... months) {
    return new TreeSet<>(List.of(months).stream().map(SealPlanTest::month).toList());
  }
}
