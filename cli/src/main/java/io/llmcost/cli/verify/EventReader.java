package io.llmcost.cli.verify;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.llmcost.cli.kafka.Failures;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.schemas.EventSchemas;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Decodes records as the services do; what is no event is null, a registry away is waited for. */
final class EventReader<T> implements AutoCloseable {
  private static final int DEPTH = 20;

  private final AvroKafkaDeserializer<Object> deserializer = new AvroKafkaDeserializer<>();
  private final Class<T> type;
  private final Patience patience;

  EventReader(KafkaSettings settings, Patience patience, Class<T> type) {
    EventSchemas.trust();
    this.deserializer.configure(settings.deserializer(), false);
    this.type = type;
    this.patience = patience;
  }

  @Nullable T read(ConsumerRecord<byte[], byte[]> record) {
    while (record.value() != null) {
      try {
        Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
        return type.isInstance(value) ? type.cast(value) : null;
      } catch (RuntimeException e) {
        if (isPoison(e) || Failures.kind(e) == Failures.Kind.UNKNOWN) {
          return null;
        }
        patience.pause("read schemas", e);
      }
    }
    return null;
  }

  /** Avro tells of bad bytes by an IOException too: where it was thrown decides. */
  private static boolean isPoison(Throwable failure) {
    Throwable t = failure;
    for (int depth = 0; t != null && depth < DEPTH; t = t.getCause(), depth++) {
      if (Arrays.stream(t.getStackTrace())
          .limit(1)
          .anyMatch(frame -> frame.getClassName().startsWith("org.apache.avro."))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    deserializer.close();
  }
}
