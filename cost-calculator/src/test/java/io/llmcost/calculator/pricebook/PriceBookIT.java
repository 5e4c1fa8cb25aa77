package io.llmcost.calculator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.localstack.Backends;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schema's own promises, on a database that no service runs over. */
class PriceBookIT {

  private static final String OVERLAP = "23P01";
  private static final String INTEGRITY = "23000";

  private String url = "";
  private final List<PriceBookKeeper> keepers = new CopyOnWriteArrayList<>();

  @BeforeEach
  void migrate() {
    url = Backends.shared().newDatabase();
    Flyway.configure()
        .dataSource(url, null, null)
        .schemas("pricebook")
        .defaultSchema("pricebook")
        .locations("classpath:db/migration/pricebook")
        .load()
        .migrate();
  }

  @AfterEach
  void stop() {
    keepers.forEach(PriceBookKeeper::stop);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static String change(int version) {
    return "insert into pricebook.price_book_change values ("
        + version
        + ", now() + interval '"
        + version
        + " ms', 'it', 'set', '')";
  }

  private static String price(String model, @Nullable String from, @Nullable String to) {
    return """
    insert into pricebook.price (provider, match_kind, match_value, meter, unit_price, unit,
      currency, effective_from, effective_to, source, created_version)
    values ('openai', 'exact', '%s', 'input', 30, 1000000, 'USD', %s, %s, 'it', 1)\
    """
        .formatted(model, quoted(from), quoted(to));
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : "'" + text + "'";
  }

  private static void assertRefused(String state, ThrowingCall call) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  private interface ThrowingCall {
    void run() throws SQLException;
  }

  private PriceBookKeeper keeper(List<Object> events) {
    PriceBookKeeper keeper =
        new PriceBookKeeper(
            this::connect,
            new PriceBookReader("USD"),
            Duration.ofMinutes(10),
            Clock.systemUTC(),
            events::add);
    keepers.add(keeper);
    keeper.start();
    return keeper;
  }

  @Test
  void theDatabaseKeepsRangesOfOneKeyApart() throws SQLException {
    execute(change(1), price("gpt-4", "2023-03-14", "2024-01-01"));
    execute(price("gpt-4", "2024-01-01", null), price("gpt-4o", "2023-03-14", null));
    assertRefused(OVERLAP, () -> execute(price("gpt-4", "2025-01-01", "2025-02-01")));
    assertRefused(OVERLAP, () -> execute(price("gpt-4", null, "2023-03-15")));
    assertThat(count("select count(*) from pricebook.price")).isEqualTo(3);
  }

  @Test
  void supersededRowsMakeRoomAndStay() throws SQLException {
    execute(change(1), price("gpt-4", null, null));
    execute(
        change(2),
        "update pricebook.price set superseded_at = (select changed_at from"
            + " pricebook.price_book_change where version = 2)",
        price("gpt-4", null, "2026-01-01"),
        price("gpt-4", "2026-01-01", null));
    assertThat(count("select count(*) from pricebook.price")).isEqualTo(3);
    assertThat(count("select count(*) from pricebook.price where superseded_at is null"))
        .isEqualTo(2);
  }

  @Test
  void rowsAreNeverRewrittenOrRemoved() throws SQLException {
    execute(change(1), price("gpt-4", null, null));
    for (String sql :
        List.of(
            "update pricebook.price set unit_price = 1",
            "update pricebook.price set effective_to = now()",
            "update pricebook.price set unit_price = 1, superseded_at = (select changed_at from"
                + " pricebook.price_book_change)",
            "delete from pricebook.price",
            "truncate pricebook.price",
            "update pricebook.price_book_change set actor = 'somebody else'",
            "delete from pricebook.price_book_change")) {
      assertRefused(INTEGRITY, () -> execute(sql));
    }
  }

  @Test
  void keysHaveNoNullsAndRatesNoNegatives() throws SQLException {
    execute(change(1));
    assertRefused("23514", () -> execute(price("gpt-4", null, null).replace("30,", "-30,")));
    assertRefused("23514", () -> execute(price("GPT-4", null, null)));
    assertRefused("23502", () -> execute(price("gpt-4", null, null).replace("'input'", "null")));
  }

  @Test
  void anEmptyBookIsFilledOnceHoweverManyStartAtOnce() throws Exception {
    try (ExecutorService instances = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        starts.add(
            instances.submit(
                () -> {
                  try (Connection connection = connect()) {
                    new ShippedPrices(new PriceRules("USD")).loadIfEmpty(connection);
                  }
                  return true;
                }));
      }
      for (Future<?> start : starts) {
        start.get();
      }
    }
    PriceBookKeeper keeper = keeper(new CopyOnWriteArrayList<>());
    await().atMost(Duration.ofSeconds(10)).until(() -> keeper.current().isPresent());
    assertThat(keeper.current().orElseThrow().version()).isEqualTo(1);
    assertThat(count("select count(*) from pricebook.price_book_change")).isEqualTo(1);
    assertThat(count("select count(*) from pricebook.price where match_kind = 'default'"))
        .isEqualTo(2);
    assertThat(count("select count(*) from pricebook.price"))
        .isEqualTo(keeper.current().map(PriceBook::size).orElse(0).longValue());
  }

  @Test
  void aChangeIsInUseByItsAnnouncementAlone() throws SQLException {
    PriceBookKeeper keeper = keeper(new CopyOnWriteArrayList<>());
    await().atMost(Duration.ofSeconds(10)).until(() -> keeper.current().isPresent());
    execute(
        change(1),
        "update pricebook.price_book_version set version = 1",
        price("gpt-4", null, null));
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThat(keeper.current())
                    .hasValueSatisfying(book -> assertThat(book.size()).isEqualTo(1)));
  }

  @Test
  void theLastBookGoesOnBeingUsedWhileTheDatabaseIsAwayAndIsReadAgainAfter() throws SQLException {
    execute(
        change(1),
        "update pricebook.price_book_version set version = 1",
        price("gpt-4", null, null));
    PriceBookKeeper keeper = keeper(new CopyOnWriteArrayList<>());
    await().atMost(Duration.ofSeconds(10)).until(() -> keeper.current().isPresent());
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");
    assertThat(keeper.current()).isPresent();
    execute(
        change(2),
        "update pricebook.price_book_version set version = 2",
        price("gpt-4o", null, null));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(keeper.current())
                    .hasValueSatisfying(book -> assertThat(book.version()).isEqualTo(2)));
  }

  @Test
  void aPriceInAnotherCurrencyIsNotReadAsOurs() throws SQLException {
    execute(change(1), price("gpt-4", null, null).replace("'USD'", "'EUR'"));
    try (Connection connection = connect()) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> new PriceBookReader("USD").read(connection))
          .withMessageContaining("is in EUR");
    }
  }

  @Test
  void theServicesOwnDatabaseIsMigratedToTheSameSchema() throws SQLException {
    try (Connection connection = CalculatorFixture.shared().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select count(*) from pricebook.flyway_schema_history")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getLong(1)).isPositive();
    }
  }
}
