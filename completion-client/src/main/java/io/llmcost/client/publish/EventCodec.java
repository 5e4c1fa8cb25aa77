package io.llmcost.client.publish;

import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * The form of an event in the journal: Avro's single-object encoding, whose fingerprint names the
 * schema, so that neither writing nor reading needs a registry. Beside the segments lie the schemas
 * of all versions that wrote there, so that a later version reads what an earlier one left.
 */
final class EventCodec {
  private static final String SUFFIX = ".avsc";

  private final BinaryMessageEncoder<LlmRequestCompleted> encoder =
      LlmRequestCompleted.getEncoder();
  private final BinaryMessageDecoder<LlmRequestCompleted> decoder;

  private EventCodec(BinaryMessageDecoder<LlmRequestCompleted> decoder) {
    this.decoder = decoder;
  }

  /** Reads the schemas in {@code directory}, and adds the one that this version writes. */
  static EventCodec in(Path directory) throws IOException {
    EventSchemas.trust();
    Files.createDirectories(directory);
    Schema own = LlmRequestCompleted.getClassSchema();
    String name = "%016x%s".formatted(SchemaNormalization.parsingFingerprint64(own), SUFFIX);
    if (!Files.exists(directory.resolve(name))) {
      Path written = Files.createTempFile(directory, "schema", ".tmp");
      Files.writeString(written, own.toString(), StandardCharsets.UTF_8);
      Files.move(written, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
    BinaryMessageDecoder<LlmRequestCompleted> decoder = LlmRequestCompleted.createDecoder(null);
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(f -> f.toString().endsWith(SUFFIX)).toList();
    }
    for (Path file : files) {
      decoder.addSchema(new Schema.Parser().parse(Files.readString(file)));
    }
    return new EventCodec(decoder);
  }

  /**
   * Returns the event's bytes.
   *
   * @throws IllegalArgumentException if it lacks a field that it must have
   */
  byte[] encode(LlmRequestCompleted event) {
    try {
      ByteBuffer bytes = encoder.encode(event);
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
      throw new IllegalArgumentException("the event cannot be encoded: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the event that {@code bytes} are.
   *
   * @throws UnreadableRecordException if they are none
   */
  LlmRequestCompleted decode(byte[] bytes) throws UnreadableRecordException {
    try {
      return decoder.decode(bytes);
    } catch (IOException | RuntimeException e) {
      throw new UnreadableRecordException(e);
    }
  }

  /** Bytes that are no event, or of a version whose schema is gone. */
  static final class UnreadableRecordException extends Exception {
    private UnreadableRecordException(Throwable cause) {
      super(cause.toString(), cause);
    }
  }
}
