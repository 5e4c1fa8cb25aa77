package io.llmcost.cli.up;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.Part;
import io.llmcost.localstack.StackException;
import io.llmcost.localstack.process.LocalProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps parts running: what exits is started again after 0.5 s, doubling to 10 s while it goes on
 * exiting. It looks at exits only, so a process that was stopped by a signal is left alone.
 */
final class Supervisor {
  static final Duration FIRST_DELAY = Duration.ofMillis(500);
  static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  /** Having run this long, the next exit is a first one again. */
  private static final Duration STABLE = Duration.ofSeconds(30);

  private static final Duration LOG_CHECK = Duration.ofSeconds(30);

  private final List<String> stopOrder;
  private final Consumer<String> voice;
  private final Map<String, LocalProcess> processes = new ConcurrentHashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  /** Held while a process is launched, so that none is launched after the stop has begun. */
  private final Object launching = new Object();

  private volatile Runnable onChange = () -> {};

  Supervisor(List<String> stopOrder, Consumer<String> voice) {
    this.stopOrder = List.copyOf(stopOrder);
    this.voice = voice;
    Thread.ofVirtual().start(this::trimLogs);
  }

  /** Called with every new pid, from the thread that started the process. */
  void onChange(Runnable action) {
    onChange = action;
  }

  /** Starts the part, returns once it serves, and keeps it running from then on. */
  void start(Part part, Duration limit) {
    LocalProcess process = launch(part);
    part.awaitReady(process, limit);
    Thread.ofVirtual().start(() -> keepRunning(part, process));
  }

  /** Current pids by name, in the order in which all is stopped. */
  Map<String, Long> pids() {
    Map<String, Long> pids = new LinkedHashMap<>();
    for (String name : stopOrder) {
      LocalProcess process = processes.get(name);
      if (process != null) {
        pids.put(name, process.pid());
      }
    }
    return pids;
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Stops one after the other in the given order; once all are gone it returns. */
  void stop(Duration grace) {
    stopInWaves(stopOrder.stream().map(List::of).toList(), grace);
  }

  /** Stops those of a wave together, and one wave after the other. */
  void stopInWaves(List<List<String>> waves, Duration grace) {
    synchronized (launching) {
      stopping.countDown();
    }
    for (List<String> wave : waves) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        wave.forEach(name -> threads.execute(() -> stop(name, grace)));
      }
    }
  }

  private void stop(String name, Duration grace) {
    LocalProcess process = processes.get(name);
    if (process != null && process.isAlive() && !process.stop(grace)) {
      voice.accept(name + " did not end within " + grace.toSeconds() + " s and was killed");
    }
  }

  private LocalProcess launch(Part part) {
    synchronized (launching) {
      if (isStopping()) {
        throw new CommandFailure("stopped");
      }
      LocalProcess process = part.launch();
      processes.put(part.name(), process);
      return process;
    }
  }

  private void keepRunning(Part part, LocalProcess first) {
    LocalProcess process = first;
    Duration delay = FIRST_DELAY;
    while (true) {
      long began = System.nanoTime();
      process.onExit().join();
      if (isStopping()) {
        return;
      }
      delay = System.nanoTime() - began > STABLE.toNanos() ? FIRST_DELAY : delay;
      voice.accept(
          "%s (pid %d) %s; starting it again in %s s"
              .formatted(part.name(), process.pid(), ending(process.exitCode()), seconds(delay)));
      try {
        if (stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        delay = longer(delay);
        process = launch(part);
        voice.accept("%s started again (pid %d)".formatted(part.name(), process.pid()));
        onChange.run();
      } catch (StackException | UncheckedIOException | CommandFailure e) {
        if (!isStopping()) {
          voice.accept(part.name() + " cannot be started again: " + e.getMessage());
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  static Duration longer(Duration delay) {
    Duration doubled = delay.multipliedBy(2);
    return doubled.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : doubled;
  }

  private static String ending(int exitCode) {
    return exitCode > 128 ? "was ended by signal " + (exitCode - 128) : "ended with " + exitCode;
  }

  private static String seconds(Duration duration) {
    String text = Double.toString(duration.toMillis() / 1000.0);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private void trimLogs() {
    try {
      while (!stopping.await(LOG_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
        for (LocalProcess process : processes.values()) {
          process.trimLog();
        }
      }
    } catch (IOException e) {
      voice.accept("logs are not kept short any more: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }
}
