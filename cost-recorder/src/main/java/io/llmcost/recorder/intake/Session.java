package io.llmcost.recorder.intake;

import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.recorder.ledger.Counts;
import io.llmcost.recorder.store.OffsetMovedException;
import io.llmcost.recorder.store.Offsets;
import io.llmcost.recorder.store.Step;
import io.llmcost.recorder.store.StoreUnavailableException;
import io.llmcost.recorder.store.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one consumer. A partition is read only once its place was taken from the database;
 * the offsets committed to Kafka follow, for tools that watch the group. A failure rewinds to what
 * the database has and waits, polling on with everything paused, so that the group stays as it is.
 */
final class Session implements ConsumerRebalanceListener {
  /** How far a partition was taken, as the database last said. */
  private static final class Place {
    private final Stream stream;
    private long next;

    Place(Stream stream, long next) {
      this.stream = stream;
      this.next = next;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_ID_CHECKS = Duration.ofSeconds(30);
  private static final Duration BETWEEN_REMINDERS = Duration.ofMinutes(1);
  private static final Duration WHILE_WAITING = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final ConsumerLoop.Source source;
  private final Offsets offsets;
  private final BatchHandler handler;
  private final LoopStatus status;
  private final Backoff backoff;

  private final Set<TopicPartition> unplaced = new HashSet<>();
  private final Map<TopicPartition, Place> places = new HashMap<>();
  private final Map<TopicPartition, Instant> behind = new HashMap<>();
  private Instant waitUntil = Instant.MIN;
  private Instant nextBeat = Instant.MIN;
  private Instant nextIdCheck = Instant.MIN;
  private Instant nextReminder = Instant.MIN;
  private String lastFailure = "";

  Session(
      Consumer<byte[], byte[]> consumer,
      ConsumerLoop.Source source,
      BatchHandler handler,
      LoopStatus status,
      Backoff backoff) {
    this.consumer = consumer;
    this.source = source;
    this.offsets = source.offsets();
    this.handler = handler;
    this.status = status;
    this.backoff = backoff;
  }

  void run(BooleanSupplier stopping) {
    consumer.subscribe(source.topics(), this);
    while (!stopping.getAsBoolean()) {
      if (now().isBefore(waitUntil)) {
        consumer.poll(WHILE_WAITING);
      } else {
        step();
      }
    }
    commit(places.keySet());
  }

  private void step() {
    try {
      place();
      beat();
      ConsumerRecords<byte[], byte[]> records = consumer.poll(source.settings().pollTimeout());
      if (!records.isEmpty()) {
        handle(records);
      }
      succeeded();
    } catch (WakeupException e) {
      throw e;
    } catch (OffsetOutOfRangeException e) {
      log.warn("{}: {}", status.name(), e.getMessage());
      displace(e.partitions());
    } catch (OffsetMovedException e) {
      log.warn("{}: {}; reading the positions again", status.name(), e.getMessage());
      displace(Set.copyOf(places.keySet()));
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void succeeded() {
    backoff.reset();
    if (!lastFailure.isEmpty()) {
      log.info("{} goes on", status.name());
      lastFailure = "";
    }
    status.running(now());
    status.behind(
        behind.values().stream().min(Instant::compareTo).orElse(null), lag(), places.size());
  }

  private void failed(RuntimeException e) {
    Duration delay = backoff.next();
    waitUntil = now().plus(delay);
    displace(Set.copyOf(places.keySet()));
    String failure = String.valueOf(e.getMessage());
    status.waiting(failure, now());
    status.behind(
        behind.values().stream().min(Instant::compareTo).orElse(null),
        status.lag(),
        consumer.assignment().size());
    tell(e, failure);
  }

  /** One line when it begins and one a minute; a stack only for what is no outage that we know. */
  private void tell(RuntimeException e, String failure) {
    boolean begins = lastFailure.isEmpty();
    lastFailure = failure;
    if (begins && !isOutage(e)) {
      log.error("{} waits and tries again: an unexpected failure", status.name(), e);
    } else if (begins || !now().isBefore(nextReminder)) {
      log.warn("{} waits and tries again: {}", status.name(), failure);
    } else {
      return;
    }
    nextReminder = now().plus(BETWEEN_REMINDERS);
  }

  private static boolean isOutage(RuntimeException e) {
    return e instanceof StoreUnavailableException
        || e instanceof RegistryUnavailableException
        || e instanceof DeadLettersUnacknowledgedException
        || e instanceof KafkaException;
  }

  // ---- where to read ----

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // Kafka must not look for a committed offset: there may be none, and it would not be ours.
    partitions.forEach(partition -> consumer.seek(partition, 0));
    consumer.pause(partitions);
    unplaced.addAll(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    commit(partitions.stream().filter(places::containsKey).toList());
    onPartitionsLost(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      unplaced.remove(partition);
      places.remove(partition);
      behind.remove(partition);
    }
  }

  /** Stops reading {@code partitions} until their place was taken from the database again. */
  private void displace(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      places.remove(partition);
      unplaced.add(partition);
    }
  }

  private void place() {
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
    long stored = offsets.position(stream, beginning);
    if (stored < beginning) {
      log.error(
          "LOST: Kafka deleted {}-{} offsets {} to {} before they were read",
          stream.topic(),
          stream.partition(),
          stored,
          beginning);
      offsets.movePastLoss(stream, stored, beginning);
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
      offsets.movePastLoss(stream, stored, beginning);
      return beginning;
    }
    return stored;
  }

  // ---- what was read ----

  private void handle(ConsumerRecords<byte[], byte[]> records) {
    List<Fetched> batch = new ArrayList<>(records.count());
    for (TopicPartition partition : records.partitions()) {
      Place place = places.get(partition);
      if (place != null) {
        List<ConsumerRecord<byte[], byte[]>> list = records.records(partition);
        add(batch, place, list, known(records.nextOffsets(), partition).offset());
        behind.putIfAbsent(partition, Instant.ofEpochMilli(list.getFirst().timestamp()));
      }
    }
    handler.handle(batch, this::moved);
    for (TopicPartition partition : records.partitions()) {
      if (consumer.currentLag(partition).orElse(0) > 0) {
        long last = records.records(partition).getLast().timestamp();
        behind.put(partition, Instant.ofEpochMilli(last));
      } else {
        behind.remove(partition);
      }
    }
    consumer.commitAsync(kafkaOffsets(records.partitions()), (committed, error) -> told(error));
  }

  private static void add(
      List<Fetched> batch,
      Place place,
      List<ConsumerRecord<byte[], byte[]>> records,
      long nextOffset) {
    long from = place.next;
    for (int i = 0; i < records.size(); i++) {
      long after = records.get(i).offset() + 1;
      // Markers of transactions take offsets without being records.
      long next = i + 1 == records.size() ? Math.max(after, nextOffset) : after;
      batch.add(new Fetched(records.get(i), place.stream, from, next));
      from = next;
    }
  }

  private void moved(Stream stream, long next) {
    Place place = places.get(new TopicPartition(stream.topic(), stream.partition()));
    if (place != null) {
      place.next = next;
    }
  }

  // ---- idle partitions ----

  private void beat() {
    Instant now = now();
    if (now.isBefore(nextBeat) || places.isEmpty()) {
      return;
    }
    checkTopicIds(now);
    // The clock first: what is appended after it may be missing from the ends.
    Instant asOf = now.minus(source.settings().completenessMargin());
    Map<TopicPartition, Long> ends = consumer.endOffsets(places.keySet(), BROKER_TIMEOUT);
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<TopicPartition, Place> entry : places.entrySet()) {
      TopicPartition partition = entry.getKey();
      Place place = entry.getValue();
      long at = consumer.position(partition, BROKER_TIMEOUT);
      if (at >= known(ends, partition)) {
        behind.remove(partition);
        Instant complete = source.isLedger() ? asOf : null;
        steps.add(new Step(place.stream, place.next, at, Counts.NONE, complete));
      }
    }
    if (!steps.isEmpty()) {
      offsets.advance(steps);
      steps.forEach(step -> moved(step.stream(), step.next()));
      consumer.commitAsync(kafkaOffsets(places.keySet()), (committed, error) -> told(error));
    }
    nextBeat = now.plus(source.settings().idleBeat());
  }

  /** A topic that was deleted and made anew counts from 0: its partitions are other streams. */
  private void checkTopicIds(Instant now) {
    if (now.isBefore(nextIdCheck)) {
      return;
    }
    nextIdCheck = now.plus(BETWEEN_ID_CHECKS);
    Map<String, UUID> ids = source.topicIds().of(source.topics());
    for (Place place : places.values()) {
      Stream stream = place.stream;
      if (!stream.topicId().equals(ids.get(stream.topic()))) {
        throw new OffsetMovedException(stream.topic() + " was recreated");
      }
    }
  }

  // ---- Kafka's copy of the offsets ----

  private void commit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committing = kafkaOffsets(partitions);
    if (committing.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(committing, BROKER_TIMEOUT);
    } catch (WakeupException e) {
      consumer.commitSync(committing, BROKER_TIMEOUT);
      throw e;
    } catch (KafkaException e) {
      told(e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> kafkaOffsets(
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committing = new HashMap<>();
    for (TopicPartition partition : partitions) {
      Place place = places.get(partition);
      if (place != null) {
        committing.put(partition, new OffsetAndMetadata(place.next));
      }
    }
    return committing;
  }

  // The database has the offsets; a later commit brings Kafka's copy up to it.
  private void told(@Nullable Exception error) {
    if (error != null) {
      log.debug("{}: offsets not committed to Kafka: {}", status.name(), error.getMessage());
    }
  }

  private long lag() {
    long sum = 0;
    for (TopicPartition partition : places.keySet()) {
      sum += consumer.currentLag(partition).orElse(0);
    }
    return sum;
  }

  private static <K, V> V known(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new KafkaException("the broker did not tell of " + key);
    }
    return value;
  }

  private Instant now() {
    return source.clock().instant();
  }
}
