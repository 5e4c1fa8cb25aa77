package io.llmcost.chassis.kafka;

import java.util.Set;

/**
 * Headers of a dead letter: Spring Kafka's dialect, which tools know, and our cause class. Numbers
 * are big-endian bytes as Spring writes them (partition 4, offset and timestamp 8), texts UTF-8.
 */
public final class DeadLetterHeaders {
  public static final String CAUSE = "llmcost-dead-letter-cause";
  public static final String ORIGINAL_TOPIC = "kafka_dlt-original-topic";
  public static final String ORIGINAL_PARTITION = "kafka_dlt-original-partition";
  public static final String ORIGINAL_OFFSET = "kafka_dlt-original-offset";
  public static final String ORIGINAL_TIMESTAMP = "kafka_dlt-original-timestamp";
  public static final String ORIGINAL_TIMESTAMP_TYPE = "kafka_dlt-original-timestamp-type";
  public static final String ORIGINAL_CONSUMER_GROUP = "kafka_dlt-original-consumer-group";
  public static final String EXCEPTION_FQCN = "kafka_dlt-exception-fqcn";
  public static final String EXCEPTION_CAUSE_FQCN = "kafka_dlt-exception-cause-fqcn";
  public static final String EXCEPTION_MESSAGE = "kafka_dlt-exception-message";
  public static final String EXCEPTION_STACKTRACE = "kafka_dlt-exception-stacktrace";

  /** All of them: what an earlier dead-lettering left, and a new one writes anew. */
  static final Set<String> ALL =
      Set.of(
          CAUSE,
          ORIGINAL_TOPIC,
          ORIGINAL_PARTITION,
          ORIGINAL_OFFSET,
          ORIGINAL_TIMESTAMP,
          ORIGINAL_TIMESTAMP_TYPE,
          ORIGINAL_CONSUMER_GROUP,
          EXCEPTION_FQCN,
          EXCEPTION_CAUSE_FQCN,
          EXCEPTION_MESSAGE,
          EXCEPTION_STACKTRACE);

  private DeadLetterHeaders() {}
}
