package io.llmcost.cli.kafka;

import io.llmcost.schemas.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** What Kafka knows of the pipeline's progress: ends of topics, and how far the groups are. */
public final class Hops implements AutoCloseable {
  public static final String CALCULATOR = "cost-calculator";
  public static final String RECORDER = "cost-recorder";

  private final Admin admin;
  private final Patience patience;

  public Hops(KafkaSettings settings, Patience patience) {
    this.patience = patience;
    admin = KafkaSettings.make(() -> Admin.create(settings.admin()));
  }

  /** The topic's end, by partition; waits until the topic is there. */
  public Map<TopicPartition, Long> ends(String topic) {
    return patience.insist("read the end of " + topic, () -> offsets(topic, OffsetSpec.latest()));
  }

  /** Where the topic begins now, by partition: what lay before, Kafka has deleted. */
  public Map<TopicPartition, Long> beginnings(String topic) {
    return patience.insist(
        "read the beginning of " + topic, () -> offsets(topic, OffsetSpec.earliest()));
  }

  /** The topic's end, by partition; empty where there is no such topic. */
  public Map<TopicPartition, Long> endsIfThere(String topic) {
    return patience.insist(
        "read the end of " + topic,
        () -> {
          try {
            return offsets(topic, OffsetSpec.latest());
          } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
              return Map.of();
            }
            throw e;
          }
        });
  }

  /** How many records before the targets the group has not committed yet. */
  public long lag(String group, Map<TopicPartition, Long> targets) {
    return patience.insist("read the offsets of " + group, () -> remaining(group, targets));
  }

  /** The id that the topic has now; another one was another topic of the same name. */
  public UUID topicId(String topic) {
    Uuid id =
        patience.insist(
            "read the id of " + topic,
            () ->
                Objects.requireNonNull(
                        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
                    .topicId());
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /** Waits until the group has committed every target; tells how many records are left. */
  public void await(String group, Map<TopicPartition, Long> targets, LongConsumer left) {
    String what = "wait for " + group;
    long least = Long.MAX_VALUE;
    while (true) {
      long remaining = patience.repeat(what, () -> remaining(group, targets));
      left.accept(remaining);
      if (remaining == 0) {
        patience.progress();
        return;
      }
      if (remaining < least) {
        least = remaining;
        patience.progress();
      }
      patience.pause(what, "%,d records are before it".formatted(remaining));
    }
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ZERO);
  }

  private Map<TopicPartition, Long> offsets(String topic, OffsetSpec spec)
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    Collection<TopicPartition> partitions =
        description == null
            ? List.of()
            : description.partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin
            .listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> spec)))
            .all()
            .get();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    found.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }

  private long remaining(String group, Map<TopicPartition, Long> targets)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
    long remaining = 0;
    for (Map.Entry<TopicPartition, Long> target : targets.entrySet()) {
      OffsetAndMetadata offset = committed.get(target.getKey());
      remaining += Math.max(0, target.getValue() - (offset == null ? 0 : offset.offset()));
    }
    return remaining;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group)
      throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
      committed.forEach(
          (partition, offset) -> {
            if (offset != null) {
              known.put(partition, offset);
            }
          });
      return known;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  /** Where the calculator must be for the events at these partitions' offsets to be priced. */
  public static Map<TopicPartition, Long> targets(Map<Integer, Long> nextOffsets) {
    return nextOffsets.entrySet().stream()
        .collect(
            Collectors.toMap(
                next -> new TopicPartition(Topics.COMPLETED, next.getKey()), Map.Entry::getValue));
  }
}
