package io.llmcost.recorder.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HourRotaTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:34:56Z");

  @Test
  void theLastDayIsThroughWithin48TurnsAndAllOfItWithin1680() {
    HourRota rota = new HourRota();
    Set<Instant> seen = new HashSet<>();
    for (int turn = 0; turn < 48; turn++) {
      seen.add(rota.next(NOW));
    }
    for (int hour = 0; hour < 24; hour++) {
      assertThat(seen)
          .contains(Instant.parse("2026-11-24T12:00:00Z").minus(Duration.ofHours(hour)));
    }
    for (int turn = 48; turn < 1_680; turn++) {
      seen.add(rota.next(NOW));
    }
    assertThat(seen).hasSize(35 * 24);
  }
}
