package io.llmcost.chassis.lastresort;

import io.llmcost.chassis.fault.FaultReporter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps dead letters that Kafka does not take, on disk, and offers them again until it does. A
 * letter is safe once the future of {@link #keep} completes: it is in the file, and the file on the
 * disk. A crash after Kafka took one and before the file knows makes a copy, which the index of
 * dead letters takes for the same.
 */
public final class LastResort implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LastResort.class);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 1_000;

  private record Incoming(Letter letter, CompletableFuture<Void> kept) {}

  private record Oldest(long place, Instant at) {}

  /** What waits, as of now. */
  record State(int letters, @Nullable Instant oldest, String reason, @Nullable String trouble) {}

  private final LastResortSettings settings;
  private final Producer<byte[], byte[]> producer;
  private final Runnable beforeOffering;
  private final FaultReporter faults;
  private final Clock clock;
  private final LinkedBlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Thread> threads;

  // Guards the file and what is known of it; held while it is written, never while Kafka is asked.
  private final Object guard = new Object();
  private @Nullable LetterFile file;
  private @Nullable Oldest oldest;

  private volatile State state = new State(0, null, "", null);
  private final AtomicLong kept = new AtomicLong();
  private final AtomicLong takenUp = new AtomicLong();

  /**
   * Opens the directory, where it can, and begins to offer what lies there from before.
   *
   * @param producer of dead letters; closed by whoever made it, after this
   * @param beforeOffering what may help Kafka to take what it did not, for instance wider topics
   */
  public LastResort(
      LastResortSettings settings,
      Producer<byte[], byte[]> producer,
      Runnable beforeOffering,
      FaultReporter faults,
      Clock clock) {
    this.settings = settings;
    this.beforeOffering = beforeOffering;
    this.faults = faults;
    this.producer = producer;
    this.clock = clock;
    synchronized (guard) {
      try {
        opened();
      } catch (IOException e) {
        log.warn("no last resort for dead letters: {}", e.getMessage());
        state = new State(0, null, "", e.getMessage());
      }
    }
    threads =
        List.of(
            Thread.ofPlatform().daemon().name("last-resort-keep").start(this::keepOn),
            Thread.ofPlatform().daemon().name("last-resort-offer").start(this::offerOn));
  }

  /** Returns how long a dead-letter topic may be unwritable before its letters come here. */
  public Duration after() {
    return settings.after();
  }

  /**
   * Keeps {@code record}, which {@code refusal} says that Kafka does not take.
   *
   * @return completes once it is on the disk, or with the error that it cannot be put there for
   */
  public CompletableFuture<Void> keep(ProducerRecord<byte[], byte[]> record, Throwable refusal) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    incoming.add(new Incoming(new Letter(clock.instant(), refusal.toString(), record), done));
    if (closing.getCount() == 0) {
      failWhatCame(new IOException("the service stops"));
    }
    return done;
  }

  State state() {
    return state;
  }

  long kept() {
    return kept.get();
  }

  long takenUp() {
    return takenUp.get();
  }

  @Override
  public void close() {
    closing.countDown();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(STOP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    failWhatCame(new IOException("the service stops"));
    synchronized (guard) {
      if (file != null) {
        try {
          file.close();
        } catch (IOException e) {
          log.warn("closing the last resort", e);
        }
        file = null;
      }
    }
  }

  // ---- in ----

  private void keepOn() {
    while (closing.getCount() > 0) {
      List<Incoming> batch = new ArrayList<>();
      try {
        batch.add(incoming.take());
        incoming.drainTo(batch, MOST_AT_ONCE);
        keep(batch);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        batch.forEach(letter -> letter.kept().completeExceptionally(e));
        return;
      } catch (IOException | RuntimeException | Error e) {
        log.error(
            "{} dead letters can be put neither into Kafka nor on disk; their records wait",
            batch.size(),
            e);
        batch.forEach(letter -> letter.kept().completeExceptionally(e));
      }
    }
  }

  private void keep(List<Incoming> batch) throws IOException {
    synchronized (guard) {
      List<byte[]> letters = batch.stream().map(in -> in.letter().toBytes()).toList();
      LetterFile to = opened();
      to.append(letters);
      oldest = null; // Places may have moved.
      refresh(to, batch.getLast().letter().reason());
    }
    kept.addAndGet(batch.size());
    log.error(
        "{} dead letters were put into {}, since Kafka does not take them: {}",
        batch.size(),
        settings.directory(),
        batch.getFirst().letter().reason());
    batch.forEach(letter -> letter.kept().complete(null));
  }

  private void failWhatCame(Exception reason) {
    for (Incoming in = incoming.poll(); in != null; in = incoming.poll()) {
      in.kept().completeExceptionally(reason);
    }
  }

  // ---- out ----

  private void offerOn() {
    Duration delay = settings.firstProbe();
    try {
      while (!closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          boolean allTaken = offerAll();
          delay = allTaken ? settings.firstProbe() : longer(delay);
        } catch (IOException | RuntimeException | Error e) {
          faults.report("last-resort", e);
          delay = longer(delay);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration longer(Duration delay) {
    Duration doubled = delay.multipliedBy(2);
    return doubled.compareTo(settings.longestProbe()) > 0 ? settings.longestProbe() : doubled;
  }

  /**
   * Offers each letter once, oldest first; one that Kafka still refuses does not hold up others.
   */
  private boolean offerAll() throws IOException, InterruptedException {
    List<Long> places;
    synchronized (guard) {
      places = file == null ? List.of() : file.places();
    }
    if (places.isEmpty()) {
      return true;
    }
    try {
      beforeOffering.run();
    } catch (KafkaException e) {
      log.warn("the dead-letter topics were not looked at: {}", e.getMessage());
    }
    int taken = 0;
    for (long place : places) {
      Exception refusal = offer(place);
      if (refusal == null) {
        taken++;
      } else if (!Refusals.ofRecord(refusal)) {
        break; // The topic, or the broker: the next one would fare no better.
      }
    }
    if (taken > 0) {
      takenUp.addAndGet(taken);
      log.info("{} of {} dead letters left the last resort for Kafka", taken, places.size());
    }
    return taken == places.size();
  }

  private @Nullable Exception offer(long place) throws IOException, InterruptedException {
    Letter letter;
    synchronized (guard) {
      letter = Letter.of(opened().read(place));
    }
    try {
      producer.send(letter.record()).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return e;
    } catch (TimeoutException | RuntimeException e) {
      return e;
    }
    synchronized (guard) {
      LetterFile from = opened();
      from.taken(place);
      refresh(from, state.reason());
    }
    return null;
  }

  // ---- the file ----

  private LetterFile opened() throws IOException {
    LetterFile open = file;
    if (open == null) {
      open = LetterFile.open(settings.directory(), settings.maxSize().toBytes());
      file = open;
      refresh(open, "from before this start");
      if (open.size() > 0) {
        log.warn("{} dead letters wait in {}", open.size(), settings.directory());
      }
    }
    return open;
  }

  private void refresh(LetterFile of, String reason) throws IOException {
    Long place = of.oldest();
    if (place == null) {
      oldest = null;
      state = new State(0, null, "", null);
      return;
    }
    Oldest known = oldest;
    if (known == null || known.place() != place) {
      known = new Oldest(place, Letter.of(of.read(place)).at());
      oldest = known;
    }
    state = new State(of.size(), known.at(), reason, null);
  }
}
