package io.llmcost.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The Kafka topics of the pipeline: names, partitions, retention. */
public final class Topics {

  /** Completed events, key {@code event_id}, value {@link LlmRequestCompleted}. */
  public static final String COMPLETED = "llm.request.completed";

  /** Costed events, key {@code event_id}, value {@link LlmRequestCosted}. */
  public static final String COSTED = "llm.request.costed";

  /** Enough for twelve consumers a hop; more can be added, since dedupe does not rest on order. */
  public static final int PARTITIONS = 12;

  /** How long the two event topics are kept. */
  public static final Duration RETENTION = Duration.ofDays(30);

  /** Largest record of the event topics, in bytes: one event of at most 64 KiB, priced. */
  public static final int MAX_MESSAGE_BYTES = 1_048_576;

  /** Room in a dead-letter topic for the headers that explain a record, beside its own. */
  public static final int DEAD_LETTER_HEADER_BYTES = 65_536;

  /** Room in a dead-letter topic for the largest source record and the headers that explain it. */
  public static final int MAX_DEAD_LETTER_BYTES = MAX_MESSAGE_BYTES + DEAD_LETTER_HEADER_BYTES;

  /** Largest dead letter that a service sends: of a topic whose limit its operator has raised. */
  public static final int LARGEST_DEAD_LETTER_BYTES = 16 << 20;

  private static final String DEAD_LETTER_SUFFIX = "-dlt";

  private Topics() {}

  /**
   * A topic as it must exist.
   *
   * @param config Kafka topic settings by name
   */
  public record Topic(String name, int partitions, Map<String, String> config) {
    public Topic {
      config = Map.copyOf(config);
    }
  }

  /** Returns the dead-letter topic of {@code topic}. */
  public static String deadLetter(String topic) {
    return topic + DEAD_LETTER_SUFFIX;
  }

  /** Returns whether {@code topic} holds dead letters. */
  public static boolean isDeadLetter(String topic) {
    return topic.endsWith(DEAD_LETTER_SUFFIX);
  }

  /** Returns every topic of the pipeline, in the order in which data reaches them. */
  public static List<Topic> all() {
    return List.of(events(COMPLETED), deadLetters(COMPLETED), events(COSTED), deadLetters(COSTED));
  }

  // LogAppendTime: occurred_at lives in the value alone, so that a backfill of an old year is not
  // deleted by retention, nor an event ahead of the broker's clock refused.
  private static Topic events(String name) {
    return new Topic(
        name,
        PARTITIONS,
        Map.of(
            "message.timestamp.type", "LogAppendTime",
            "retention.ms", Long.toString(RETENTION.toMillis()),
            "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES)));
  }

  private static Topic deadLetters(String source) {
    return new Topic(
        deadLetter(source),
        PARTITIONS,
        Map.of(
            "message.timestamp.type", "LogAppendTime",
            "retention.ms", "-1",
            "retention.bytes", "-1",
            "max.message.bytes", Integer.toString(MAX_DEAD_LETTER_BYTES)));
  }
}
