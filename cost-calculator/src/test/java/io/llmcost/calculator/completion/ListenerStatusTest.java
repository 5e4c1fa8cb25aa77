package io.llmcost.calculator.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class ListenerStatusTest {

  private final ListenerStatus status =
      new ListenerStatus(Duration.ofMillis(500), Duration.ofSeconds(3), Clock.systemUTC());

  @Test
  void waitsDoubleUpToTheLongestAndBeginAnewAfterSuccess() {
    assertThat(status.failed("a", "away")).isEqualTo(Duration.ofMillis(500));
    assertThat(status.failed("a", "away")).isEqualTo(Duration.ofSeconds(1));
    assertThat(status.failed("a", "away")).isEqualTo(Duration.ofSeconds(2));
    for (int i = 0; i < 100; i++) {
      assertThat(status.failed("a", "away")).isEqualTo(Duration.ofSeconds(3));
    }
    status.goesOn("a");
    assertThat(status.failed("a", "away")).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void oneThatWaitsIsEnoughToBeDown() {
    assertThat(status.health().getStatus()).isEqualTo(Status.UP);
    status.failed("a", "Kafka is away");
    status.goesOn("b");
    assertThat(status.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(status.health().getDetails().toString()).contains("Kafka is away");
    status.goesOn("a");
    assertThat(status.health().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void whatEndedIsDownUntilAnotherReads() {
    status.failed("a", "Kafka is away");
    status.ended("a", "ERROR");
    assertThat(status.health().getDetails().toString()).contains("a ended by itself");
    assertThat(status.consumersWaiting()).isEqualTo(1);
    status.stopped("b");
    assertThat(status.health().getStatus()).isEqualTo(Status.DOWN);
    status.goesOn("c");
    assertThat(status.health().getStatus()).isEqualTo(Status.UP);
  }
}
