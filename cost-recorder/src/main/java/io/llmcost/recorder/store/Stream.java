package io.llmcost.recorder.store;

import java.util.UUID;

/**
 * One partition of one incarnation of a topic: what offsets are counted in.
 *
 * @param topicId Kafka's own id of the topic; a recreated topic has another
 */
public record Stream(UUID topicId, String topic, int partition) implements Comparable<Stream> {
  @Override
  public int compareTo(Stream other) {
    int byTopic = topicId.compareTo(other.topicId);
    return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
  }
}
