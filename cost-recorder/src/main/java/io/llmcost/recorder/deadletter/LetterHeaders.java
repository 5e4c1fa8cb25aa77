package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.DeadLetterHeaders;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.ReplayHeaders;
import io.llmcost.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dead letter's headers, in Spring's dialect (ours too), whose numbers are big-endian
 * bytes, or Kafka Connect's, whose numbers are text. Nothing in a header can make reading fail.
 */
final class LetterHeaders {
  private static final String CONNECT = "__connect.errors.";
  private static final String UNKNOWN = "unknown";

  private final ConsumerRecord<byte[], byte[]> letter;
  private final Headers headers;

  LetterHeaders(ConsumerRecord<byte[], byte[]> letter) {
    this.letter = letter;
    this.headers = letter.headers();
  }

  Origin origin() {
    String topic = first(DeadLetterHeaders.ORIGINAL_TOPIC, CONNECT + "topic");
    Long partition = number(DeadLetterHeaders.ORIGINAL_PARTITION, CONNECT + "partition");
    Long at = number(DeadLetterHeaders.ORIGINAL_TIMESTAMP);
    return new Origin(
        topic == null ? sourceOf(letter.topic()) : topic,
        partition == null ? null : Math.toIntExact(partition % Integer.MAX_VALUE),
        number(DeadLetterHeaders.ORIGINAL_OFFSET, CONNECT + "offset"),
        at == null ? null : Instant.ofEpochMilli(at));
  }

  /** Returns our cause class; where another program wrote the letter, by its exception. */
  String cause() {
    String cause = text(DeadLetterHeaders.CAUSE);
    if (cause != null
        && Arrays.stream(DeadLetterCause.values()).anyMatch(c -> c.name().equals(cause))) {
      return cause;
    }
    String exception = exception();
    return exception != null && exception.contains("erialization")
        ? DeadLetterCause.UNDECODABLE.name()
        : DeadLetterCause.UNEXPECTED.name();
  }

  String message() {
    String message = first(DeadLetterHeaders.EXCEPTION_MESSAGE, CONNECT + "exception.message");
    return message == null ? UNKNOWN : message;
  }

  @Nullable String exception() {
    String outer = first(DeadLetterHeaders.EXCEPTION_FQCN, CONNECT + "exception.class.name");
    String inner = text(DeadLetterHeaders.EXCEPTION_CAUSE_FQCN);
    return inner == null ? outer : inner;
  }

  @Nullable String project() {
    return text(EventHeaders.PROJECT);
  }

  @Nullable String provider() {
    return text(EventHeaders.PROVIDER);
  }

  @Nullable String model() {
    return text(EventHeaders.MODEL);
  }

  /** The dead letter that a replay sent again as this record; null where none did. */
  @Nullable UUID replaySource() {
    return uuid(ReplayHeaders.SOURCE);
  }

  @Nullable UUID replayId() {
    return uuid(ReplayHeaders.ID);
  }

  /** How often that dead letter had been replayed; at least 1. */
  int replayCount() {
    String count = text(ReplayHeaders.COUNT);
    try {
      return count == null ? 1 : Math.max(1, Integer.parseInt(count));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private @Nullable UUID uuid(String name) {
    String text = text(name);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns {@code bytes} as text that PostgreSQL can hold, or null if they are no such UTF-8. */
  static @Nullable String storableText(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf(0) < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private @Nullable String first(String one, String other) {
    String text = text(one);
    return text == null ? text(other) : text;
  }

  private @Nullable String text(String name) {
    byte[] value = value(name);
    return value == null ? null : new String(value, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
  }

  private @Nullable Long number(String... names) {
    for (String name : names) {
      byte[] value = value(name);
      if (value != null) {
        return number(value, name.startsWith(CONNECT));
      }
    }
    return null;
  }

  private static @Nullable Long number(byte[] value, boolean asText) {
    if (!asText && value.length == Long.BYTES) {
      return ByteBuffer.wrap(value).getLong();
    }
    if (!asText && value.length == Integer.BYTES) {
      return (long) ByteBuffer.wrap(value).getInt();
    }
    try {
      return Long.valueOf(new String(value, StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private byte @Nullable [] value(String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  private static String sourceOf(String deadLetterTopic) {
    int suffix = Topics.deadLetter("").length();
    return Topics.isDeadLetter(deadLetterTopic)
        ? deadLetterTopic.substring(0, deadLetterTopic.length() - suffix)
        : UNKNOWN;
  }
}
