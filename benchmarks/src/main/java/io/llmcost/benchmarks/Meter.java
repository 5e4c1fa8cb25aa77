package io.llmcost.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Watches processes from its making to its stop: their CPU time and their largest memory. */
final class Meter {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Map<String, Long> pids = new LinkedHashMap<>();
  private final Map<String, Long> cpuBefore = new LinkedHashMap<>();
  private final Map<String, Long> maxBytes = new LinkedHashMap<>();
  private final Thread watching = Thread.ofPlatform().daemon().unstarted(this::watch);
  private volatile boolean stopped;

  Meter(StackProcesses processes, List<String> names) throws IOException {
    this(processes.pids(names));
  }

  Meter(Map<String, Long> pids) throws IOException {
    this.pids.putAll(pids);
    for (Map.Entry<String, Long> process : pids.entrySet()) {
      cpuBefore.put(process.getKey(), Proc.cpuMicros(process.getValue()));
      maxBytes.put(process.getKey(), 0L);
    }
    watching.start();
  }

  private void watch() {
    try {
      while (!stopped) {
        pids.forEach(
            (name, pid) -> maxBytes.merge(name, Proc.residentBytes(pid), (a, b) -> Math.max(a, b)));
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<Usage> stop(long events) throws IOException, InterruptedException {
    stopped = true;
    watching.join();
    List<Usage> usages = new ArrayList<>();
    for (Map.Entry<String, Long> process : pids.entrySet()) {
      String name = process.getKey();
      long before = cpuBefore.getOrDefault(name, 0L);
      long micros = Proc.cpuMicros(process.getValue()) - before;
      usages.add(new Usage(name, (double) micros / events, maxBytes.getOrDefault(name, 0L) >> 20));
    }
    return usages;
  }
}
