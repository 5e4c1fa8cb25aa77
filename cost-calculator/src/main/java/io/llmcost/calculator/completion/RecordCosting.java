package io.llmcost.calculator.completion;

import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.Decoded;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.schemas.LlmRequestCompleted;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a record's bytes and decides what becomes of it. */
final class RecordCosting {

  private static final Logger log = LoggerFactory.getLogger(RecordCosting.class);

  private final CompletionCosting costing;
  private final FaultReporter faults;

  // A deserializer serves one thread at a time, and holds its own cache of schemas.
  private final Supplier<RecordDecoder<LlmRequestCompleted>> newDecoder;
  private final ConcurrentLinkedQueue<RecordDecoder<LlmRequestCompleted>> idleDecoders =
      new ConcurrentLinkedQueue<>();

  RecordCosting(
      CompletionCosting costing,
      Supplier<RecordDecoder<LlmRequestCompleted>> newDecoder,
      FaultReporter faults) {
    this.costing = costing;
    this.faults = faults;
    this.newDecoder = newDecoder;
  }

  /**
   * Decides {@code record} by the prices of {@code book}.
   *
   * @throws io.llmcost.chassis.kafka.RegistryUnavailableException if it cannot be read for now
   */
  Decision decide(ConsumerRecord<byte[], byte[]> record, PriceBook book) {
    return switch (decode(record)) {
      case Decoded.Unreadable<LlmRequestCompleted> unreadable ->
          new Decision.DeadLetter(DeadLetterCause.UNDECODABLE, unreadable.error());
      case Decoded.Value<LlmRequestCompleted> decoded -> cost(decoded.value(), record, book);
    };
  }

  private Decoded<LlmRequestCompleted> decode(ConsumerRecord<byte[], byte[]> record) {
    RecordDecoder<LlmRequestCompleted> idle = idleDecoders.poll();
    RecordDecoder<LlmRequestCompleted> decoder = idle == null ? newDecoder.get() : idle;
    try {
      return decoder.decode(record);
    } finally {
      idleDecoders.add(decoder);
    }
  }

  private Decision cost(
      LlmRequestCompleted completed, ConsumerRecord<byte[], byte[]> record, PriceBook book) {
    try {
      return switch (costing.cost(completed, book)) {
        case CompletionCosting.Outcome.Costed costed -> new Decision.Costed(costed.event());
        case CompletionCosting.Outcome.Refused refused ->
            new Decision.DeadLetter(
                DeadLetterCause.INVALID_EVENT, new InvalidEventException(refused.violations()));
      };
    } catch (RuntimeException | StackOverflowError e) {
      log.error(
          "pricing threw on {}-{}@{}; the record is a dead letter, to be replayed once mended",
          record.topic(),
          record.partition(),
          record.offset());
      faults.report("pricing", e);
      return new Decision.DeadLetter(DeadLetterCause.UNEXPECTED, e);
    }
  }
}
