package io.llmcost.recorder.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class CountsTest {

  @Test
  void everyRecordHasExactlyOneOutcome() {
    Counts counts =
        Counts.NONE
            .plus(new Verdict.Unchanged(UUID.randomUUID(), UUID.randomUUID()))
            .plus(new Verdict.AlreadyRecorded(true))
            .plus(new Verdict.AlreadyRecorded(false))
            .plus(new Verdict.Refused(new Refusal(Refusal.Cause.INVALID, "currency: is no code")));

    assertThat(counts).isEqualTo(new Counts(4, 0, 2, 1, 1, 1));
  }

  @Test
  void countsThatDoNotAddUpCannotBeMade() {
    assertThatThrownBy(() -> new Counts(3, 1, 1, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("received 3");
    assertThatThrownBy(() -> new Counts(1, 1, 0, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
