package io.llmcost.calculator.completion;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ListenerContainerIdleEvent;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Starts the consumers anew when one of them ended by itself: for an {@link Error} in Kafka's
 * client, for want of a right, fenced. From then until one of them reads again readiness is down.
 */
class ListenerRevival {

  private static final Logger log = LoggerFactory.getLogger(ListenerRevival.class);

  private final KafkaListenerEndpointRegistry containers;
  private final ListenerStatus status;
  private final CompletionMetrics metrics;
  private final AtomicBoolean reviving = new AtomicBoolean();
  private final CountDownLatch closing = new CountDownLatch(1);

  ListenerRevival(
      KafkaListenerEndpointRegistry containers, ListenerStatus status, CompletionMetrics metrics) {
    this.containers = containers;
    this.status = status;
    this.metrics = metrics;
  }

  /** Published on the consumer's own thread, as the last that it does. */
  @EventListener
  void on(ConsumerStoppedEvent stopped) {
    String consumer = Thread.currentThread().getName();
    if (stopped.getReason() == ConsumerStoppedEvent.Reason.NORMAL) {
      status.stopped(consumer);
      return;
    }
    metrics.consumerEnded();
    Duration delay = status.ended(consumer, stopped.getReason().toString());
    log.error("{} ended by itself ({}); starting anew in {}", consumer, stopped.getReason(), delay);
    if (reviving.compareAndSet(false, true)) {
      Thread.ofVirtual().name("listener-revival").start(() -> reviveAfter(delay));
    }
  }

  /** A consumer that finds nothing to read is well, too. */
  @EventListener
  void on(ListenerContainerIdleEvent idle) {
    status.goesOn(Thread.currentThread().getName());
  }

  @EventListener
  void on(ContextClosedEvent closed) {
    closing.countDown();
  }

  private void reviveAfter(Duration delay) {
    try {
      Duration wait = delay;
      while (!closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          restart();
          return;
        } catch (RuntimeException e) {
          log.error("the consumers cannot be started", e);
          wait = status.ended("consumers", "cannot be started: " + e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void restart() {
    MessageListenerContainer container = containers.getListenerContainer(CompletionListener.ID);
    if (container != null) {
      container.stop();
      reviving.set(false); // Whatever ends from here on is another one.
      container.start();
    }
  }
}
