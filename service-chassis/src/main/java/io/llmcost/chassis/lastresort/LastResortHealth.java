package io.llmcost.chassis.lastresort;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down while a dead letter lies on this machine's disk and in no topic. */
final class LastResortHealth implements HealthIndicator {
  private final LastResort lastResort;

  LastResortHealth(LastResort lastResort) {
    this.lastResort = lastResort;
  }

  @Override
  public Health health() {
    LastResort.State state = lastResort.state();
    Health.Builder health = state.letters() == 0 ? Health.up() : Health.down();
    health.withDetail("letters", state.letters());
    if (state.oldest() != null) {
      health.withDetail("oldest", state.oldest()).withDetail("reason", state.reason());
    }
    if (state.trouble() != null) {
      // Not down: without it, letters that Kafka does not take are waited for, like an outage.
      health.withDetail("directory", state.trouble());
    }
    return health.build();
  }
}
