package io.llmcost.client.publish;

import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.Headers;

/** Apicurio's serializer with an {@link Error} for as long as {@link #faults} are left. */
public final class FaultySerializer extends AvroKafkaSerializer<Object> {
  static final AtomicInteger faults = new AtomicInteger();

  @Override
  public byte[] serialize(String topic, Headers headers, Object data) {
    if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new NoClassDefFoundError("of this test");
    }
    return super.serialize(topic, headers, data);
  }
}
