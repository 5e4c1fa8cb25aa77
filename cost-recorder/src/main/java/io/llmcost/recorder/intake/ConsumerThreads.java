package io.llmcost.recorder.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the consumer loops, one thread each, from the last phase of the start to the first of the
 * stop.
 */
public final class ConsumerThreads implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ConsumerThreads.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private final Map<String, ConsumerLoop> loops;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running;

  public ConsumerThreads(Map<String, ConsumerLoop> loops) {
    this.loops = new LinkedHashMap<>(loops);
  }

  @Override
  public void start() {
    running = true;
    loops.forEach((name, loop) -> threads.add(Thread.ofPlatform().name(name).start(loop)));
  }

  @Override
  public void stop() {
    loops.values().forEach(ConsumerLoop::stop);
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          log.warn(
              "{} did not end in {}; what it has not committed comes again", thread, STOP_TIMEOUT);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
