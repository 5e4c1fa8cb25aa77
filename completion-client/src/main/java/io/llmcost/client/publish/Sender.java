package io.llmcost.client.publish;

import io.llmcost.client.journal.Journal;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.JournalRecord;
import io.llmcost.client.publish.EventCodec.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that takes events from the journal to Kafka, for ever. An outage of Kafka or of
 * the registry makes it wait, longer each time; what is refused for good it moves aside.
 */
final class Sender implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
  private static final int BATCH = 500;
  private static final int LARGEST_DELAY = 100;
  private static final Duration IDLE = Duration.ofMillis(500);

  private final Journal journal;
  private final EventCodec codec;
  private final PublisherSettings settings;
  private final PublisherMetrics metrics;

  /** Taken from the journal and not yet given to the producer. */
  private final ArrayDeque<JournalRecord> next = new ArrayDeque<>();

  /** Given to the producer in vain; filled by its own thread. */
  private final Queue<JournalRecord> failed = new ConcurrentLinkedQueue<>();

  private @Nullable KafkaConnection connection;
  private volatile boolean connectionBroken;
  private volatile long stopAtNanos;
  private volatile boolean stopping;
  private volatile boolean outage;
  private volatile String lastFault = "";
  private long delayNanos;

  Sender(Journal journal, EventCodec codec, PublisherSettings settings, PublisherMetrics metrics) {
    this.journal = journal;
    this.codec = codec;
    this.settings = settings;
    this.metrics = metrics;
    delayNanos = settings.retryDelay().toNanos();
  }

  /** Lets it send what waits until {@code timeout} is over, or the next failure. */
  void stop(Duration timeout) {
    stopAtNanos = System.nanoTime() + timeout.toNanos();
    stopping = true;
  }

  @Override
  public void run() {
    boolean over = false;
    while (!over) {
      try {
        over = isOver();
        if (!over) {
          step();
        }
      } catch (RuntimeException e) {
        pause(e);
      } catch (Error e) {
        restart(e);
      }
    }
    disconnect(Duration.ofNanos(Math.max(0, stopAtNanos - System.nanoTime())));
  }

  private boolean isOver() {
    return stopping
        && (outage
            || System.nanoTime() - stopAtNanos >= 0
            || (next.isEmpty() && failed.isEmpty() && isJournalEmpty()));
  }

  private boolean isJournalEmpty() {
    next.addAll(journal.take(BATCH, Duration.ZERO));
    return next.isEmpty();
  }

  private void step() {
    for (JournalRecord again = failed.poll(); again != null; again = failed.poll()) {
      next.add(again);
    }
    if (next.isEmpty()) {
      next.addAll(journal.take(BATCH, stopping ? Duration.ZERO : IDLE));
    }
    while (!next.isEmpty() && failed.isEmpty()) {
      JournalRecord record = next.element();
      send(record);
      next.remove();
    }
    if (!failed.isEmpty()) {
      LockSupport.parkNanos(delay());
    }
  }

  private void send(JournalRecord record) {
    KafkaConnection kafka = connected();
    ProducerRecord<byte[], byte[]> message;
    try {
      message = kafka.record(codec.decode(record.bytes()));
    } catch (UnreadableRecordException e) {
      moveAside(record, e);
      return;
    } catch (RuntimeException e) {
      if (!Refusals.ofValue(e)) {
        throw e;
      }
      moveAside(record, e);
      return;
    }
    kafka.send(message, (metadata, error) -> done(record, error));
  }

  // On the producer's thread, or on ours where it refuses at once. An Error would end the
  // producer's thread, and with it every event behind this one.
  private void done(JournalRecord record, @Nullable Exception error) {
    try {
      conclude(record, error);
    } catch (Error e) {
      failed.add(record);
      connectionBroken = true;
      fault(e);
    }
  }

  private void conclude(JournalRecord record, @Nullable Exception error) {
    if (error == null) {
      journal.acknowledge(record);
      metrics.acknowledged();
      recovered();
    } else if (Refusals.ofRecord(error)) {
      try {
        moveAside(record, error);
      } catch (JournalException e) {
        LOG.error("an event that Kafka refuses cannot be moved aside", e);
        failed.add(record);
      }
    } else {
      if (!Refusals.producerSurvives(error)) {
        connectionBroken = true;
      }
      report(error);
      metrics.retried();
      failed.add(record);
    }
  }

  private void moveAside(JournalRecord record, Exception reason) {
    journal.quarantine(record, reason.toString());
    metrics.quarantined();
    LOG.error("an event that Kafka will never take was moved to the quarantine", reason);
  }

  private KafkaConnection connected() {
    if (connectionBroken) {
      disconnect(Duration.ZERO);
      connectionBroken = false;
    }
    KafkaConnection open = connection;
    if (open == null) {
      open = KafkaConnection.open(settings);
      connection = open;
    }
    return open;
  }

  private void disconnect(Duration timeout) {
    KafkaConnection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close(timeout);
      } catch (RuntimeException e) {
        LOG.warn("closing the producer", e);
      }
    }
  }

  /**
   * Begins anew with another connection: no state but this object's is trusted. What was not
   * acknowledged is sent again, and the ledger knows an event that it has.
   */
  private void restart(Error reason) {
    fault(reason);
    connectionBroken = true;
    outage = true;
    LockSupport.parkNanos(delay());
  }

  private void fault(Error reason) {
    metrics.restarted();
    lastFault = reason.toString();
    LOG.error("the sender failed and begins anew", reason);
  }

  /** Returns why events wait, or null where they leave as they come. */
  @Nullable String trouble() {
    return outage ? lastFault : null;
  }

  private void pause(RuntimeException reason) {
    report(reason);
    LockSupport.parkNanos(delay());
  }

  // One line when it begins and one when it is over: an outage must not fill the disk with logs.
  private void report(Exception reason) {
    lastFault = reason.toString();
    if (!outage) {
      outage = true;
      LOG.warn("events wait in the journal, retrying: {}", reason.toString());
    }
    LOG.debug("not sent", reason);
  }

  private void recovered() {
    if (outage) {
      outage = false;
      LOG.info("events leave the journal again");
    }
  }

  private long delay() {
    if (!outage) {
      delayNanos = settings.retryDelay().toNanos();
    }
    long now = delayNanos;
    delayNanos = Math.min(2 * now, LARGEST_DELAY * settings.retryDelay().toNanos());
    return now;
  }
}
