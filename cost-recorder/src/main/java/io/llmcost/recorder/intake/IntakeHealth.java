package io.llmcost.recorder.intake;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down while a consumer thread cannot record, with its reason and since when. */
public final class IntakeHealth implements HealthIndicator {
  private final List<LoopStatus> loops;

  public IntakeHealth(List<LoopStatus> loops) {
    this.loops = List.copyOf(loops);
  }

  @Override
  public Health health() {
    boolean up = loops.stream().allMatch(loop -> loop.state().isRunning());
    Health.Builder health = up ? Health.up() : Health.down();
    for (LoopStatus loop : loops) {
      LoopStatus.State state = loop.state();
      String reason = state.reason();
      health.withDetail(
          loop.name(),
          reason == null
              ? "recording %d partitions, %d records behind"
                  .formatted(loop.partitions(), loop.lag())
              : "waiting since " + state.since() + ": " + reason);
    }
    return health.build();
  }
}
