package io.llmcost.recorder.replay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Replays that run, as this recorder last saw them, and the ends of what they sent. */
final class ReplayMetrics {
  private static final List<String> ENDS = List.of("recorded", "already_recorded", "failed");

  private final Map<String, Counter> ends;
  private final AtomicInteger running = new AtomicInteger();

  ReplayMetrics(MeterRegistry meters) {
    ends =
        ENDS.stream()
            .collect(
                Collectors.toMap(
                    end -> end,
                    end ->
                        Counter.builder("llmcost.replayed.records")
                            .description("Replayed dead letters, by what became of them")
                            .tag("end", end)
                            .register(meters)));
    Gauge.builder("llmcost.replays.running", running, AtomicInteger::get)
        .description("Replays that are being sent; each recorder sees all of them")
        .register(meters);
  }

  void ended(String end) {
    Counter counter = ends.get(end);
    if (counter != null) {
      counter.increment();
    }
  }

  void running(int replays) {
    running.set(replays);
  }
}
