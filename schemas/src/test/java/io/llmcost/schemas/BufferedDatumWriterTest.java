package io.llmcost.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class BufferedDatumWriterTest {
  static {
    EventSchemas.trust();
  }

  private final DatumWriter<LlmRequestCosted> plain =
      new SpecificDatumWriter<>(LlmRequestCosted.getClassSchema());
  private final DatumWriter<LlmRequestCosted> buffered =
      new BufferedDatumWriter<>(new SpecificDatumWriter<>(LlmRequestCosted.getClassSchema()));

  @Test
  void writesTheSameBytes() throws IOException {
    LlmRequestCosted event = Events.costed();

    assertThat(bytes(buffered, event)).isEqualTo(bytes(plain, event));
  }

  @Test
  void anEventThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    LlmRequestCosted broken = Events.costed();
    broken.getCompleted().setMetadata(Collections.singletonMap("a", null));

    assertThatThrownBy(() -> bytes(buffered, broken)).isInstanceOf(NullPointerException.class);

    LlmRequestCosted event = Events.costed();
    assertThat(bytes(buffered, event)).isEqualTo(bytes(plain, event));
  }

  private static byte[] bytes(DatumWriter<LlmRequestCosted> writer, LlmRequestCosted event)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Encoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    writer.write(event, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
