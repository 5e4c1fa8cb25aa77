package io.llmcost.cli.verify;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Where the topics ended when the comparison began; what comes later is not looked at. */
record Ends(
    Map<TopicPartition, Long> completed,
    Map<TopicPartition, Long> costed,
    Map<TopicPartition, Long> letters) {

  static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }
}
