package io.llmcost.recorder.intake;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.recorder.store.Offsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer thread: polls, hands each batch on, and never ends but when told to. Whatever
 * escapes a session, an {@link Error} too, closes its consumer, is shown by {@link LoopStatus}, and
 * after a growing delay a new session begins where the database says.
 */
public final class ConsumerLoop implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Source source;
  private final BatchHandler handler;
  private final LoopStatus status;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Object guard = new Object();
  private boolean open;

  @SuppressWarnings("NullAway.Init")
  private Consumer<byte[], byte[]> consumer;

  /**
   * What a loop consumes, and how.
   *
   * @param isLedger whether its completeness is that of the ledger, to be written
   */
  public record Source(
      List<String> topics,
      TopicIds topicIds,
      Offsets offsets,
      boolean isLedger,
      IntakeSettings settings,
      FaultReporter faults,
      Clock clock) {}

  public ConsumerLoop(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Source source,
      BatchHandler handler,
      LoopStatus status) {
    this.consumers = consumers;
    this.source = source;
    this.handler = handler;
    this.status = status;
  }

  @Override
  public void run() {
    IntakeSettings settings = source.settings();
    Backoff backoff = new Backoff(settings.firstRetry(), settings.longestRetry());
    while (!isStopping()) {
      try {
        session(backoff);
      } catch (WakeupException e) {
        log.debug("{} was woken", status.name());
      } catch (Throwable e) {
        status.waiting("restarting after " + e, source.clock().instant());
        log.error("{} failed, restarts", status.name());
        source.faults().report(status.name(), e);
        await(backoff.next());
      }
    }
    status.waiting("stopped", source.clock().instant());
  }

  /** Asks the loop to end after the batch that it is at. */
  public void stop() {
    stopping.countDown();
    synchronized (guard) {
      if (open) {
        consumer.wakeup();
      }
    }
  }

  private void session(Backoff backoff) {
    try (Consumer<byte[], byte[]> opened = consumers.get()) {
      synchronized (guard) {
        consumer = opened;
        open = true;
      }
      try {
        new Session(opened, source, handler, status, backoff).run(this::isStopping);
      } finally {
        synchronized (guard) {
          open = false;
        }
      }
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void await(Duration delay) {
    try {
      if (stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("{} stops", status.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }
}
