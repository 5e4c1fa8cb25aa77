package io.llmcost.recorder.intake;

import io.llmcost.recorder.store.OffsetMovedException;
import io.llmcost.recorder.store.Stream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a consumer is in each of its partitions. A partition that was assigned is paused until its
 * place was taken from the database; the offsets committed to Kafka only follow, for tools that
 * watch the group.
 */
final class Places implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(Places.class);

  static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final ConsumerLoop.Source source;
  private final Set<TopicPartition> unplaced = new HashSet<>();
  private final Map<TopicPartition, Place> places = new HashMap<>();

  Places(Consumer<byte[], byte[]> consumer, ConsumerLoop.Source source) {
    this.consumer = consumer;
    this.source = source;
  }

  /** How far a partition was taken, as the database last said. */
  static final class Place {
    private final Stream stream;
    private long next;

    private Place(Stream stream, long next) {
      this.stream = stream;
      this.next = next;
    }

    Stream stream() {
      return stream;
    }

    long next() {
      return next;
    }
  }

  /** Returns the place of {@code partition}; null while it has none, or is another consumer's. */
  @Nullable Place get(TopicPartition partition) {
    return places.get(partition);
  }

  /** Returns the partitions that are being read. */
  Map<TopicPartition, Place> placed() {
    return places;
  }

  void moved(Stream stream, long next) {
    Place place = places.get(new TopicPartition(stream.topic(), stream.partition()));
    if (place != null) {
      place.next = next;
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // Kafka must not look for a committed offset: there may be none, and it would not be ours.
    partitions.forEach(partition -> consumer.seek(partition, 0));
    consumer.pause(partitions);
    unplaced.addAll(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    commit(partitions);
    onPartitionsLost(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    unplaced.removeAll(partitions);
    places.keySet().removeAll(partitions);
  }

  /** Stops reading {@code partitions} until their place was taken from the database again. */
  void displace(Collection<TopicPartition> partitions) {
    Set<TopicPartition> displaced = Set.copyOf(partitions);
    consumer.pause(displaced);
    places.keySet().removeAll(displaced);
    unplaced.addAll(displaced);
  }

  void displaceAll() {
    displace(places.keySet());
  }

  /** Takes the place of every partition that has none from the database, and begins to read it. */
  void place() {
    if (unplaced.isEmpty()) {
      return;
    }
    Set<TopicPartition> placing = Set.copyOf(unplaced);
    Map<String, UUID> ids =
        source
            .topicIds()
            .of(placing.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(placing, BROKER_TIMEOUT);
    Map<TopicPartition, Long> ends = consumer.endOffsets(placing, BROKER_TIMEOUT);
    for (TopicPartition partition : placing) {
      Stream stream =
          new Stream(known(ids, partition.topic()), partition.topic(), partition.partition());
      long at = position(stream, known(beginnings, partition), known(ends, partition));
      consumer.seek(partition, at);
      places.put(partition, new Place(stream, at));
      unplaced.remove(partition);
    }
    consumer.resume(placing);
    commit(placing);
  }

  private long position(Stream stream, long beginning, long end) {
    long stored = source.offsets().position(stream, beginning);
    if (stored < beginning) {
      log.error(
          "LOST: Kafka deleted {}-{} offsets {} to {} before they were read",
          stream.topic(),
          stream.partition(),
          stored,
          beginning);
      source.offsets().movePastLoss(stream, stored, beginning);
      return beginning;
    }
    if (stored > end) {
      log.error(
          "{}-{} ends at {}, before the {} that was read: Kafka lost records it had acknowledged;"
              + " reading from {} again, what is known adds nothing",
          stream.topic(),
          stream.partition(),
          end,
          stored,
          beginning);
      source.offsets().movePastLoss(stream, stored, beginning);
      return beginning;
    }
    return stored;
  }

  /**
   * A topic that was deleted and made anew counts from 0: its partitions are other streams.
   *
   * @throws OffsetMovedException if that happened
   */
  void checkTopicIds() {
    Map<String, UUID> ids = source.topicIds().of(source.topics());
    for (Place place : places.values()) {
      if (!place.stream.topicId().equals(ids.get(place.stream.topic()))) {
        throw new OffsetMovedException(place.stream.topic() + " was recreated");
      }
    }
  }

  /** Tells Kafka where {@code partitions} are, and waits for it. */
  void commit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committing = offsets(partitions);
    if (committing.isEmpty()) {
      return;
    }
    try {
      commitNow(committing);
    } catch (WakeupException e) {
      commitNow(committing);
      throw e;
    }
  }

  private void commitNow(Map<TopicPartition, OffsetAndMetadata> committing) {
    try {
      consumer.commitSync(committing, BROKER_TIMEOUT);
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      told(e);
    }
  }

  /** Tells Kafka where {@code partitions} are, without waiting. */
  void commitLater(Collection<TopicPartition> partitions) {
    consumer.commitAsync(offsets(partitions), (committed, error) -> told(error));
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      Place place = places.get(partition);
      if (place != null) {
        offsets.put(partition, new OffsetAndMetadata(place.next));
      }
    }
    return offsets;
  }

  // The database has the offsets; a later commit brings Kafka's copy up to it.
  private static void told(@Nullable Exception error) {
    if (error != null) {
      log.debug("offsets not committed to Kafka: {}", error.getMessage());
    }
  }

  static <K, V> V known(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new KafkaException("the broker did not tell of " + key);
    }
    return value;
  }
}
