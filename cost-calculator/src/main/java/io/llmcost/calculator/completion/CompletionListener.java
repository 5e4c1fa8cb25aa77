package io.llmcost.calculator.completion;

import io.llmcost.calculator.attention.Attention;
import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.Topics;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.context.event.EventListener;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.MessageListenerContainer;

/**
 * Hands each poll of completed events on: every record is decided and sent, and only when Kafka has
 * all of them does this return, whereupon the offsets are committed. What it throws is an outage or
 * a fault of this service, and the same batch comes again.
 */
class CompletionListener {

  static final String ID = "completed";

  private final PriceBookKeeper keeper;
  private final RecordCosting costing;
  private final CostedPublisher publisher;
  private final Attention attention;
  private final CompletionMetrics metrics;
  private final KafkaListenerEndpointRegistry containers;
  private final ListenerStatus status;

  CompletionListener(
      PriceBookKeeper keeper,
      RecordCosting costing,
      CostedPublisher publisher,
      Attention attention,
      CompletionMetrics metrics,
      KafkaListenerEndpointRegistry containers,
      ListenerStatus status) {
    this.keeper = keeper;
    this.costing = costing;
    this.publisher = publisher;
    this.attention = attention;
    this.metrics = metrics;
    this.containers = containers;
    this.status = status;
  }

  /** Nothing is read before there are prices to price it by. */
  @EventListener
  void on(PriceBookKeeper.PriceBookLoaded loaded) {
    MessageListenerContainer container = containers.getListenerContainer(ID);
    if (container != null && !container.isRunning()) {
      container.start();
    }
  }

  @KafkaListener(
      id = ID,
      idIsGroup = false,
      topics = Topics.COMPLETED,
      concurrency = "${llmcost.calculator.concurrency:2}",
      autoStartup = "false",
      batch = "true")
  void onBatch(List<ConsumerRecord<byte[], byte[]>> records) {
    try {
      cost(records);
      status.goesOn(Thread.currentThread().getName());
    } catch (Error e) {
      throw new ListenerFaultException(e);
    }
  }

  private void cost(List<ConsumerRecord<byte[], byte[]>> records) {
    PriceBook book =
        keeper.current().orElseThrow(() -> new IllegalStateException("no price book yet"));
    CostedPublisher.Batch batch = publisher.begin();
    Attention.Batch sightings = attention.begin();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Decision decision = costing.decide(record, book);
      if (decision instanceof Decision.Costed costed) {
        sightings.look(record.partition(), record.offset(), record.timestamp(), costed.event());
      }
      batch.send(record, decision);
    }
    metrics.add(batch.awaitAll());
    sightings.close();
  }
}
