package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.Price;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the stored price book into one snapshot, all of it as of one moment. */
final class PriceBookReader {

  private static final String PRICES =
      """
      select id, provider, match_kind, match_value, meter, service_tier, region, context_above,
             time_window, unit_price, unit, currency, effective_from, effective_to
      from pricebook.price where active and\
      """;
  private static final String ALIASES =
      """
      select provider, match_kind, match_value, model, effective_from, effective_to
      from pricebook.model_alias where\
      """;
  private static final String IN_ORDER = " order by id";
  private static final String STANDING = " superseded_at is null";

  private final String currency;

  PriceBookReader(String currency) {
    this.currency = currency;
  }

  /** Returns the stored version, without reading the book. */
  long version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select version from pricebook.price_book_version")) {
      if (!row.next()) {
        throw new SQLException("pricebook.price_book_version is empty");
      }
      return row.getLong(1);
    }
  }

  /**
   * Returns the book as stored.
   *
   * @throws IllegalStateException if it has prices in another currency than the ledger's
   */
  PriceBook read(Connection connection) throws SQLException {
    return read(connection, null);
  }

  /**
   * Returns the book as it was at {@code version}: rows are superseded, never changed, so that
   * every version can be had again.
   *
   * @param version null for the stored one
   */
  PriceBook read(Connection connection, @Nullable Long version) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read, read only");
      String which = version == null ? STANDING : asOf(version);
      PriceBook book =
          PriceBook.of(
              version == null ? version(connection) : version,
              currency,
              prices(statement, which),
              aliases(statement, which));
      connection.commit();
      return book;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  // Rows say when they were superseded; the audit says which version that was.
  private static String asOf(long version) {
    return """
     created_version <= %1$d and (superseded_at is null or %1$d <
      (select version from pricebook.price_book_change where changed_at = superseded_at))\
    """
        .formatted(version);
  }

  private List<Price> prices(Statement statement, String which) throws SQLException {
    List<Price> prices = new ArrayList<>();
    Map<String, String> interned = new HashMap<>();
    try (ResultSet row = statement.executeQuery(PRICES + which + IN_ORDER)) {
      while (row.next()) {
        if (!currency.equals(row.getString("currency"))) {
          throw new IllegalStateException(
              "price %d is in %s, but llmcost.calculator.currency is %s"
                  .formatted(row.getLong("id"), row.getString("currency"), currency));
        }
        prices.add(price(row, interned));
      }
    }
    return prices;
  }

  private static Price price(ResultSet row, Map<String, String> interned) throws SQLException {
    PriceKey key =
        new PriceKey(
            intern(interned, row.getString("provider")),
            match(row, interned),
            intern(interned, row.getString("meter")),
            intern(interned, row.getString("service_tier")),
            intern(interned, row.getString("region")),
            row.getLong("context_above"),
            TimeWindow.parse(row.getString("time_window")));
    return new Price(
        row.getLong("id"),
        key,
        row.getBigDecimal("unit_price").stripTrailingZeros(),
        row.getLong("unit"),
        range(row));
  }

  private static List<Alias> aliases(Statement statement, String which) throws SQLException {
    List<Alias> aliases = new ArrayList<>();
    Map<String, String> interned = new HashMap<>();
    try (ResultSet row = statement.executeQuery(ALIASES + which + IN_ORDER)) {
      while (row.next()) {
        aliases.add(
            new Alias(
                intern(interned, row.getString("provider")),
                match(row, interned),
                row.getString("model"),
                range(row)));
      }
    }
    return aliases;
  }

  private static ModelMatch match(ResultSet row, Map<String, String> interned) throws SQLException {
    return new ModelMatch(
        ModelMatch.Kind.parse(row.getString("match_kind")),
        intern(interned, row.getString("match_value")));
  }

  private static EffectiveRange range(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime from = row.getObject("effective_from", OffsetDateTime.class);
    @Nullable OffsetDateTime to = row.getObject("effective_to", OffsetDateTime.class);
    return from == null && to == null
        ? EffectiveRange.ALWAYS
        : new EffectiveRange(
            from == null ? Instant.MIN : from.toInstant(),
            to == null ? Instant.MAX : to.toInstant());
  }

  // The same few names on thousands of rows.
  private static String intern(Map<String, String> interned, String text) {
    String known = interned.putIfAbsent(text, text);
    return known == null ? text : known;
  }
}
