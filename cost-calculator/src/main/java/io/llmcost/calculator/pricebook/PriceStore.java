package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.Standing.StandingAlias;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored book as an import reads and changes it, thousands of rows at a time: plain JDBC on one
 * connection, in one transaction that holds the version's lock.
 */
final class PriceStore {

  private static final String PRICES =
      """
      select id, provider, match_kind, match_value, meter, service_tier, region, context_above,
             time_window, unit_price, unit, currency, effective_from, effective_to, source,
             source_date, description, active
      from pricebook.price where superseded_at is null order by id\
      """;
  private static final String ALIASES =
      """
      select id, provider, match_kind, match_value, model, effective_from, effective_to, source,
             source_date, description
      from pricebook.model_alias where superseded_at is null order by id\
      """;

  private final Connection connection;

  PriceStore(Connection connection) {
    this.connection = connection;
  }

  /** Returns the stored version; others that change the book wait for this transaction's end. */
  long lockVersion() throws SQLException {
    return version("select version from pricebook.price_book_version for update");
  }

  /** Returns the stored version. */
  long version() throws SQLException {
    return version("select version from pricebook.price_book_version");
  }

  private long version(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        throw new SQLException("pricebook.price_book_version is empty");
      }
      return row.getLong(1);
    }
  }

  List<StandingPrice> prices() throws SQLException {
    List<StandingPrice> prices = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(PRICES)) {
      while (row.next()) {
        prices.add(new StandingPrice(row.getLong("id"), price(row), row.getBoolean("active")));
      }
    }
    return prices;
  }

  List<StandingAlias> aliases() throws SQLException {
    List<StandingAlias> aliases = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ALIASES)) {
      while (row.next()) {
        Alias alias =
            new Alias(row.getString("provider"), match(row), row.getString("model"), range(row));
        aliases.add(
            new StandingAlias(
                row.getLong("id"),
                new NewAlias(
                    alias,
                    row.getString("source"),
                    row.getObject("source_date", LocalDate.class),
                    row.getString("description"))));
      }
    }
    return aliases;
  }

  /** Begins a version: the audit's entry first, since the rows refer to it. */
  void begin(long version, Instant at, String actor, String action, String comment)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("update pricebook.price_book_version set version = " + version);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into pricebook.price_book_change (version, changed_at, actor, action, comment)
            values (?, ?, ?, ?, ?)\
            """)) {
      insert.setLong(1, version);
      insert.setObject(2, OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
      insert.setString(3, actor);
      insert.setString(4, action);
      insert.setString(5, comment);
      insert.executeUpdate();
    }
  }

  void supersedePrices(List<Long> ids, Instant at) throws SQLException {
    supersede("update pricebook.price set superseded_at = ? where id = any(?)", ids, at);
  }

  void supersedeAliases(List<Long> ids, Instant at) throws SQLException {
    supersede("update pricebook.model_alias set superseded_at = ? where id = any(?)", ids, at);
  }

  private void supersede(String update, List<Long> ids, Instant at) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setObject(1, OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
      statement.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
      int superseded = statement.executeUpdate();
      if (superseded != ids.size()) {
        throw new SQLException(superseded + " rows superseded of " + ids.size());
      }
    }
  }

  private static NewPrice price(ResultSet row) throws SQLException {
    PriceKey key =
        new PriceKey(
            row.getString("provider"),
            match(row),
            row.getString("meter"),
            row.getString("service_tier"),
            row.getString("region"),
            row.getLong("context_above"),
            TimeWindow.parse(row.getString("time_window")));
    return new NewPrice(
        key,
        row.getBigDecimal("unit_price"),
        row.getLong("unit"),
        row.getString("currency"),
        range(row),
        row.getString("source"),
        row.getObject("source_date", LocalDate.class),
        row.getString("description"));
  }

  private static ModelMatch match(ResultSet row) throws SQLException {
    return new ModelMatch(
        ModelMatch.Kind.parse(row.getString("match_kind")), row.getString("match_value"));
  }

  private static EffectiveRange range(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime from = row.getObject("effective_from", OffsetDateTime.class);
    @Nullable OffsetDateTime to = row.getObject("effective_to", OffsetDateTime.class);
    return new EffectiveRange(
        from == null ? Instant.MIN : from.toInstant(), to == null ? Instant.MAX : to.toInstant());
  }
}
