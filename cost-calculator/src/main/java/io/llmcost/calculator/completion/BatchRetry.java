package io.llmcost.calculator.completion;

import io.llmcost.chassis.fault.FaultReporter;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * A batch that failed comes again, whole, for as long as it takes, whatever it failed for: poison
 * is told apart record by record before, and never gets here. Spring's own handler takes some
 * exceptions (ClassCastException among them) for fatal and then skips the batch.
 */
final class BatchRetry implements CommonErrorHandler {

  private static final Logger log = LoggerFactory.getLogger(BatchRetry.class);

  private final ListenerStatus status;
  private final FaultReporter faults;

  BatchRetry(ListenerStatus status, FaultReporter faults) {
    this.status = status;
    this.faults = faults;
  }

  @Override
  public boolean seeksAfterHandling() {
    return true;
  }

  @Override
  public boolean isAckAfterHandle() {
    return false;
  }

  /** Goes back to the first record of each partition and waits; the heartbeats go on meanwhile. */
  @Override
  public void handleBatch(
      Exception thrown,
      ConsumerRecords<?, ?> records,
      Consumer<?, ?> consumer,
      MessageListenerContainer container,
      Runnable invokeListener) {
    records
        .partitions()
        .forEach(
            partition -> consumer.seek(partition, records.records(partition).getFirst().offset()));
    waitAfter(thrown, container);
    throw new KafkaException("the batch comes again", KafkaException.Level.DEBUG, thrown);
  }

  /** What failed without a batch, while it was polled for. */
  @Override
  public void handleOtherException(
      Exception thrown,
      Consumer<?, ?> consumer,
      MessageListenerContainer container,
      boolean batchListener) {
    waitAfter(thrown, container);
  }

  @Override
  public void handleRemaining(
      Exception thrown,
      List<ConsumerRecord<?, ?>> records,
      Consumer<?, ?> consumer,
      MessageListenerContainer container) {
    throw new IllegalStateException("a listener of single records is not what this is for", thrown);
  }

  private void waitAfter(Exception thrown, MessageListenerContainer container) {
    Throwable cause = Causes.ofListener(thrown);
    String consumer = Thread.currentThread().getName();
    Duration delay = status.failed(consumer, cause.toString());
    log.warn("{} waits {} and tries again: {}", consumer, delay, cause.toString());
    if (!Causes.isOutage(cause)) {
      faults.report("completions", cause);
    }
    try {
      ListenerUtils.stoppableSleep(container, delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
