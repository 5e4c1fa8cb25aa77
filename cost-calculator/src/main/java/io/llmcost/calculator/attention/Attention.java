package io.llmcost.calculator.attention;

import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.schemas.LlmRequestCosted;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/**
 * Takes in what the listeners see and writes it to the queue, all of it together, by one thread.
 * While PostgreSQL answers, a batch's sightings are stored before its offsets are committed, so
 * that a crash loses none; while it does not, they wait in memory, and pricing goes on.
 */
public final class Attention implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Attention.class);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration GAUGES_AFTER = Duration.ofSeconds(30);
  private static final int MAX_PENDING = 200_000;

  // Before the consumers, which stop first: what they saw last is still written.
  private static final int PHASE = 0;

  private final Lookout lookout;
  private final AttentionStore store;
  private final PriceBookKeeper keeper;
  private final Object lock = new Object();
  private final Semaphore wake = new Semaphore(0);
  private List<Sighting> pending = new ArrayList<>();
  private CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
  private boolean healthy = true;
  private boolean countAnew = true;
  private boolean running;
  private long countedNanos = System.nanoTime();
  private long missed;
  private @Nullable Thread writer;
  private volatile Map<Concern, Integer> open = Map.of();

  Attention(Lookout lookout, AttentionStore store, PriceBookKeeper keeper) {
    this.lookout = lookout;
    this.store = store;
    this.keeper = keeper;
  }

  /** Begins the sightings of one poll. */
  public Batch begin() {
    return new Batch();
  }

  /** One poll's sightings, by one thread. */
  public final class Batch {
    private final List<Sighting> sightings = new ArrayList<>(0);

    private Batch() {}

    /**
     * Looks at one costed event.
     *
     * @param appendedAtMillis of the completed record that it comes from
     */
    public void look(int partition, long offset, long appendedAtMillis, LlmRequestCosted event) {
      lookout.look(
          new Sighting.Place(partition, offset, Instant.ofEpochMilli(appendedAtMillis)),
          event,
          sightings);
    }

    /** Hands the sightings over, once Kafka has the poll's events; waits a moment at most. */
    public void close() {
      if (!sightings.isEmpty()) {
        take(sightings);
      }
    }
  }

  private void take(List<Sighting> sightings) {
    CompletableFuture<@Nullable Void> stored;
    synchronized (lock) {
      int room = Math.max(0, MAX_PENDING - pending.size());
      missed += Math.max(0, sightings.size() - room);
      pending.addAll(sightings.subList(0, Math.min(room, sightings.size())));
      if (!healthy) {
        return;
      }
      stored = written;
      wake.release();
    }
    try {
      stored.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.debug("the queue is not written yet; it is tried again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns how many entries of {@code concern} are open, as of half a minute ago at most. */
  int open(Concern concern) {
    return open.getOrDefault(concern, 0);
  }

  /** Returns how many sightings were lost for want of room while PostgreSQL was away. */
  long missed() {
    synchronized (lock) {
      return missed;
    }
  }

  /** What is open may be another thing by the new prices. */
  @EventListener
  void on(PriceBookKeeper.PriceBookLoaded loaded) {
    countAnew();
  }

  /** Has the gauges follow at once. */
  void countAnew() {
    synchronized (lock) {
      countAnew = true;
      wake.release();
    }
  }

  @Override
  public void start() {
    synchronized (lock) {
      running = true;
      writer = Thread.ofPlatform().daemon().name("attention").start(this::run);
    }
  }

  @Override
  public void stop() {
    Thread ending;
    synchronized (lock) {
      running = false;
      ending = writer;
      writer = null;
      wake.release();
    }
    if (ending != null) {
      try {
        ending.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    synchronized (lock) {
      return running;
    }
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void run() {
    boolean goOn = true;
    while (goOn) {
      goOn = awaitWork();
      write(goOn);
      count();
    }
  }

  private boolean awaitWork() {
    Duration wait;
    synchronized (lock) {
      boolean idle = !healthy || (pending.isEmpty() && !countAnew);
      wait = running && idle ? (healthy ? GAUGES_AFTER : RETRY_AFTER) : Duration.ZERO;
    }
    try {
      var _ = wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
      wake.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    synchronized (lock) {
      return running;
    }
  }

  private void write(boolean goOn) {
    List<Sighting> taken;
    CompletableFuture<@Nullable Void> done;
    synchronized (lock) {
      taken = pending;
      done = written;
      if (taken.isEmpty()) {
        return;
      }
      pending = new ArrayList<>();
      written = new CompletableFuture<>();
    }
    try {
      store.add(taken);
      synchronized (lock) {
        healthy = true;
      }
      done.complete(null);
    } catch (SQLException | RuntimeException e) {
      log.warn(
          "{} sightings of the unpriced queue {}: {}",
          taken.size(),
          goOn ? "wait in memory" : "are lost",
          e.getMessage());
      synchronized (lock) {
        healthy = false;
        taken.addAll(pending);
        pending = taken;
      }
      done.completeExceptionally(e);
    }
  }

  private void count() {
    synchronized (lock) {
      if (!countAnew && System.nanoTime() - countedNanos < GAUGES_AFTER.toNanos()) {
        return;
      }
      countAnew = false;
      countedNanos = System.nanoTime();
    }
    keeper
        .current()
        .ifPresent(
            book -> {
              try {
                Map<Concern, Integer> counts = new EnumMap<>(Concern.class);
                for (AttentionEntry entry : store.entries()) {
                  if (entry.state(book) == AttentionEntry.State.OPEN) {
                    counts.merge(entry.subject().concern(), 1, Integer::sum);
                  }
                }
                open = Collections.unmodifiableMap(counts);
              } catch (SQLException | RuntimeException e) {
                log.debug("the queue cannot be counted for now", e);
              }
            });
  }
}
