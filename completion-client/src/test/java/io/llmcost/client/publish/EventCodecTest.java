package io.llmcost.client.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.publish.EventCodec.UnreadableRecordException;
import io.llmcost.schemas.LlmRequestCompleted;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventCodecTest {
  @TempDir Path directory;

  @Test
  void eventComesBackAsItWas() throws Exception {
    LlmRequestCompleted event = event();

    byte[] bytes = EventCodec.in(directory).encode(event);

    assertThat(EventCodec.in(directory).decode(bytes)).isEqualTo(event);
  }

  @Test
  void eventOfAnEarlierVersionIsReadByTheSchemaItLeft() throws Exception {
    Schema earlier = without(LlmRequestCompleted.getClassSchema(), "request_id", "region");
    byte[] bytes = encode(earlier, event());
    assertThatThrownBy(() -> EventCodec.in(directory).decode(bytes))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("MissingSchema");

    String name = "%016x.avsc".formatted(SchemaNormalization.parsingFingerprint64(earlier));
    Files.writeString(directory.resolve(name), earlier.toString());
    LlmRequestCompleted read = EventCodec.in(directory).decode(bytes);

    assertThat(read.getModelRequested()).isEqualTo("m");
    assertThat(read.getRegion()).isNull();
  }

  @Test
  void otherBytesAreUnreadable() throws Exception {
    EventCodec codec = EventCodec.in(directory);
    for (byte[] bytes : List.of(new byte[0], "nonsense".getBytes(UTF_8), new byte[100])) {
      assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(UnreadableRecordException.class);
    }
  }

  @Test
  void eventThatLacksAFieldCannotBeEncoded() throws Exception {
    LlmRequestCompleted event = event();
    event.setTags(null);
    EventCodec codec = EventCodec.in(directory);

    assertThatThrownBy(() -> codec.encode(event)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Schema without(Schema schema, String... names) {
    List<Schema.Field> fields =
        schema.getFields().stream()
            .filter(f -> !List.of(names).contains(f.name()))
            .map(f -> new Schema.Field(f, f.schema()))
            .toList();
    Schema earlier = Schema.createRecord(schema.getName(), null, schema.getNamespace(), false);
    earlier.setFields(fields);
    return earlier;
  }

  private static byte[] encode(Schema schema, LlmRequestCompleted event) throws Exception {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      Object value = event.get(field.name());
      record.put(field.name(), value instanceof Instant i ? i.getEpochSecond() * 1_000_000 : value);
    }
    ByteBuffer bytes =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  private static LlmRequestCompleted event() {
    LlmCall call =
        new LlmCall(
            UUID.fromString("019ab5e2-0000-7000-8000-000000000001"),
            "openai",
            "chat",
            "m",
            "eu",
            false,
            500,
            Instant.parse("2026-11-24T12:00:00.123456Z"),
            5L,
            null);
    return CompletedEvents.of(LlmCallContext.of("s"), call, Completion.failed("x"));
  }
}
