package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.PriceBook;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the snapshot that pricing uses: read at start, and again whenever PostgreSQL announces a
 * change or, should an announcement be lost, when a slow poll sees another version. While
 * PostgreSQL is away the last snapshot goes on being used.
 */
public final class PriceBookKeeper implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(PriceBookKeeper.class);
  private static final String CHANNEL = "pricebook_changed";
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** A snapshot is in use that was not before; published as a Spring event. */
  public record PriceBookLoaded(PriceBook book) {}

  /** Opens a connection of the keeper's own, which it listens on and closes. */
  @FunctionalInterface
  interface Connections {
    Connection open() throws SQLException;
  }

  private final Connections connections;
  private final PriceBookReader reader;
  private final Duration poll;
  private final Clock clock;
  private final ApplicationEventPublisher events;
  private volatile @Nullable PriceBook current;
  private volatile Instant checkedAt = Instant.MIN;
  private volatile boolean running;
  private @Nullable Thread worker;

  PriceBookKeeper(
      Connections connections,
      PriceBookReader reader,
      Duration poll,
      Clock clock,
      ApplicationEventPublisher events) {
    this.connections = connections;
    this.reader = reader;
    this.poll = poll;
    this.clock = clock;
    this.events = events;
  }

  /** Returns the snapshot in use, or empty before the first was read. */
  public Optional<PriceBook> current() {
    return Optional.ofNullable(current);
  }

  /** Returns when the snapshot was last known to be the stored book. */
  public Instant checkedAt() {
    return checkedAt;
  }

  @Override
  public synchronized void start() {
    running = true;
    worker = Thread.ofVirtual().name("price-book-keeper").start(this::run);
  }

  @Override
  public synchronized void stop() {
    running = false;
    if (worker != null) {
      worker.interrupt();
      worker = null;
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    Duration wait = FIRST_WAIT;
    while (running) {
      Instant began = clock.instant();
      try (Connection connection = connections.open()) {
        follow(connection);
      } catch (SQLException | RuntimeException e) {
        if (!running) {
          return;
        }
        boolean wasFine = checkedAt.isAfter(began);
        wait = wasFine ? FIRST_WAIT : wait;
        log.warn(
            "price book not readable, {}; trying again in {} ms: {}",
            current == null ? "pricing waits for it" : "the last snapshot goes on being used",
            wait.toMillis(),
            e.getMessage());
      }
      if (!sleep(wait)) {
        return;
      }
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
    }
  }

  // LISTEN comes before the first read, so that no change falls between the two.
  private void follow(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen " + CHANNEL);
    }
    PGConnection notifications = connection.unwrap(PGConnection.class);
    while (running) {
      refresh(connection);
      notifications.getNotifications((int) poll.toMillis());
    }
  }

  private void refresh(Connection connection) throws SQLException {
    PriceBook known = current;
    if (known == null || known.version() != reader.version(connection)) {
      PriceBook book = reader.read(connection);
      current = book;
      checkedAt = clock.instant();
      log.info("price book version {} in use: {} prices", book.version(), book.size());
      events.publishEvent(new PriceBookLoaded(book));
    } else {
      checkedAt = clock.instant();
    }
  }

  private static boolean sleep(Duration wait) {
    try {
      Thread.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
