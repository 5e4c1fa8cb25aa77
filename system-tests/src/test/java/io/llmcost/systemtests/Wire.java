package io.llmcost.systemtests;

import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Records as bytes on the wire: magic 0, four bytes of schema id, Avro; and what is none of it. */
final class Wire implements AutoCloseable {
  private static final int HEAD = 5;

  private final AvroKafkaSerializer<SpecificRecord> serializer = new AvroKafkaSerializer<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  Wire(RunningStack stack) {
    EventSchemas.trust();
    serializer.configure(
        PublisherSettings.of(stack.address("kafka"), stack.address("schema_registry")).producer(),
        false);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                stack.address("kafka"),
                "max.request.size",
                16 << 20,
                "linger.ms",
                10),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** The bytes that a producer of today sends. */
  byte[] encode(String topic, SpecificRecord event) {
    return serializer.serialize(topic, new RecordHeaders(), event);
  }

  /**
   * The bytes of a producer whose schema has more optional fields at its end, each left empty.
   *
   * @param schemaId what the registry calls that schema
   */
  byte[] encodeNewer(String topic, SpecificRecord event, int schemaId, int moreFields) {
    byte[] today = encode(topic, event);
    // The index of null in a union is one byte 0.
    return ByteBuffer.allocate(today.length + moreFields)
        .put((byte) 0)
        .putInt(schemaId)
        .put(today, HEAD, today.length - HEAD)
        .array();
  }

  void send(String topic, String key, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  /** Sends the value with the headers that producers of ours give an event. */
  void send(String topic, LlmRequestCompleted event, byte[] value) {
    var record =
        new ProducerRecord<>(topic, event.getEventId().getBytes(StandardCharsets.UTF_8), value);
    EventHeaders.of(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    send(record);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    sent.add(producer.send(record));
  }

  /** Returns once Kafka has everything; what it refused fails here. */
  void finish() throws InterruptedException, ExecutionException {
    producer.flush();
    for (Future<RecordMetadata> record : sent) {
      record.get();
    }
    sent.clear();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    serializer.close();
  }
}
