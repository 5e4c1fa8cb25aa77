package io.llmcost.recorder.intake;

import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.recorder.ledger.Counts;
import io.llmcost.recorder.store.OffsetMovedException;
import io.llmcost.recorder.store.Step;
import io.llmcost.recorder.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one consumer: poll, hand on, tell Kafka. A failure goes back to what the database has
 * and waits, polling on with everything paused, so that the group stays as it is.
 */
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final Duration BETWEEN_ID_CHECKS = Duration.ofSeconds(30);
  private static final Duration BETWEEN_REMINDERS = Duration.ofMinutes(1);
  private static final Duration WHILE_WAITING = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final ConsumerLoop.Source source;
  private final BatchHandler handler;
  private final LoopStatus status;
  private final Backoff backoff;
  private final Places places;

  /** Since when a partition has records that are not recorded; absent while it is drained. */
  private final Map<TopicPartition, Instant> behind = new HashMap<>();

  private Instant waitUntil = Instant.MIN;
  private Instant nextBeat = Instant.MIN;
  private Instant nextIdCheck = Instant.MIN;
  private Instant nextReminder = Instant.MIN;
  private boolean failing;

  Session(
      Consumer<byte[], byte[]> consumer,
      ConsumerLoop.Source source,
      BatchHandler handler,
      LoopStatus status,
      Backoff backoff) {
    this.consumer = consumer;
    this.source = source;
    this.handler = handler;
    this.status = status;
    this.backoff = backoff;
    this.places = new Places(consumer, source);
  }

  void run(BooleanSupplier stopping) {
    consumer.subscribe(source.topics(), places);
    while (!stopping.getAsBoolean()) {
      if (now().isBefore(waitUntil)) {
        consumer.poll(WHILE_WAITING);
      } else {
        step();
      }
    }
    places.commit(places.placed().keySet());
  }

  private void step() {
    try {
      places.place();
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
      places.displace(e.partitions());
    } catch (OffsetMovedException e) {
      log.warn("{}: {}; reading the positions again", status.name(), e.getMessage());
      places.displaceAll();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  // ---- what was read ----

  private void handle(ConsumerRecords<byte[], byte[]> records) {
    List<Fetched> batch = new ArrayList<>(records.count());
    for (TopicPartition partition : records.partitions()) {
      Places.Place place = places.get(partition);
      if (place != null) {
        List<ConsumerRecord<byte[], byte[]>> list = records.records(partition);
        add(batch, place, list, Places.known(records.nextOffsets(), partition).offset());
        behind.putIfAbsent(partition, Instant.ofEpochMilli(list.getFirst().timestamp()));
      }
    }
    handler.handle(batch, places::moved);
    for (TopicPartition partition : records.partitions()) {
      if (consumer.currentLag(partition).orElse(0) > 0) {
        long last = records.records(partition).getLast().timestamp();
        behind.put(partition, Instant.ofEpochMilli(last));
      } else {
        behind.remove(partition);
      }
    }
    places.commitLater(records.partitions());
  }

  private static void add(
      List<Fetched> batch,
      Places.Place place,
      List<ConsumerRecord<byte[], byte[]>> records,
      long nextOffset) {
    long from = place.next();
    for (int i = 0; i < records.size(); i++) {
      long after = records.get(i).offset() + 1;
      // Markers of transactions take offsets without being records.
      long next = i + 1 == records.size() ? Math.max(after, nextOffset) : after;
      batch.add(new Fetched(records.get(i), place.stream(), from, next));
      from = next;
    }
  }

  // ---- idle partitions ----

  private void beat() {
    Instant now = now();
    if (now.isBefore(nextBeat) || places.placed().isEmpty()) {
      return;
    }
    if (!now.isBefore(nextIdCheck)) {
      places.checkTopicIds();
      nextIdCheck = now.plus(BETWEEN_ID_CHECKS);
    }
    // The clock was read first: what is appended from now on may be missing from the ends.
    List<Step> steps = drained(now.minus(source.settings().completenessMargin()));
    if (!steps.isEmpty()) {
      source.offsets().advance(steps);
      steps.forEach(step -> places.moved(step.stream(), step.next()));
      places.commitLater(places.placed().keySet());
    }
    nextBeat = now.plus(source.settings().idleBeat());
  }

  private List<Step> drained(Instant asOf) {
    Map<TopicPartition, Long> ends =
        consumer.endOffsets(places.placed().keySet(), Places.BROKER_TIMEOUT);
    List<Step> steps = new ArrayList<>();
    places
        .placed()
        .forEach(
            (partition, place) -> {
              long at = consumer.position(partition, Places.BROKER_TIMEOUT);
              if (at >= Places.known(ends, partition)) {
                behind.remove(partition);
                Instant complete = source.isLedger() ? asOf : null;
                steps.add(new Step(place.stream(), place.next(), at, Counts.NONE, complete));
              }
            });
    return steps;
  }

  // ---- how it goes ----

  private void succeeded() {
    backoff.reset();
    if (failing) {
      log.info("{} goes on", status.name());
      failing = false;
    }
    status.running(now());
    status.behind(oldest(), lag(), places.placed().size());
  }

  private void failed(RuntimeException e) {
    waitUntil = now().plus(backoff.next());
    places.displaceAll();
    status.waiting(String.valueOf(e.getMessage()), now());
    status.behind(oldest(), status.lag(), consumer.assignment().size());
    tell(e);
    failing = true;
  }

  /** One line when it begins and one a minute; what is no outage that we know is a fault. */
  private void tell(RuntimeException e) {
    if (!isOutage(e)) {
      source.faults().report(status.name(), e);
    }
    if (!failing || !now().isBefore(nextReminder)) {
      log.warn("{} waits and tries again: {}", status.name(), e.getMessage());
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

  private @Nullable Instant oldest() {
    behind.keySet().retainAll(consumer.assignment());
    return behind.values().stream().min(Instant::compareTo).orElse(null);
  }

  private long lag() {
    long sum = 0;
    for (TopicPartition partition : places.placed().keySet()) {
      sum += consumer.currentLag(partition).orElse(0);
    }
    return sum;
  }

  private Instant now() {
    return source.clock().instant();
  }
}
