package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.PriceKey;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty price book with the shipped prices, in one transaction. Several instances may
 * start at once: the version's row lock lets one of them do it.
 */
final class ShippedPrices {

  private static final Logger log = LoggerFactory.getLogger(ShippedPrices.class);

  private static final String INSERT_PRICE =
      """
      insert into pricebook.price (provider, match_kind, match_value, meter, service_tier, region,
        context_above, time_window, unit_price, unit, currency, effective_from, effective_to,
        source, source_date, description, created_version)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)\
      """;
  private static final String INSERT_ALIAS =
      """
      insert into pricebook.model_alias (provider, match_kind, match_value, model, source,
        source_date, description, created_version)
      values (?, ?, ?, ?, ?, ?, ?, 1)\
      """;

  private final PriceRules rules;

  ShippedPrices(PriceRules rules) {
    this.rules = rules;
  }

  /** Fills the book on {@code connection} where it has no version yet; else does nothing. */
  void loadIfEmpty(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      if (isEmpty(connection)) {
        load(connection);
      }
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(autoCommit);
    }
  }

  private static boolean isEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet version =
            statement.executeQuery("select version from pricebook.price_book_version for update")) {
      return version.next() && version.getLong(1) == 0;
    }
  }

  private void load(Connection connection) throws SQLException {
    List<NewPrice> prices;
    List<PriceFile.NewAlias> aliases;
    try (Reader priceFile = open("prices.csv");
        Reader aliasFile = open("aliases.csv")) {
      prices = PriceFile.prices(priceFile, rules);
      aliases = PriceFile.aliases(aliasFile);
    } catch (IOException e) {
      throw new UncheckedIOException("the shipped prices cannot be read", e);
    }
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("update pricebook.price_book_version set version = 1");
      statement.executeUpdate(
          """
          insert into pricebook.price_book_change (version, changed_at, actor, action, comment)
          values (1, now(), 'cost-calculator', 'ship', 'the shipped prices, at first start')\
          """);
    }
    insertPrices(connection, prices);
    insertAliases(connection, aliases);
    log.info("price book filled with {} shipped prices, {} aliases", prices.size(), aliases.size());
  }

  private static void insertPrices(Connection connection, List<NewPrice> prices)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_PRICE)) {
      for (NewPrice price : prices) {
        PriceKey key = price.key();
        insert.setString(1, key.provider());
        insert.setString(2, key.match().kind().text());
        insert.setString(3, key.match().value());
        insert.setString(4, key.meter());
        insert.setString(5, key.serviceTier());
        insert.setString(6, key.region());
        insert.setLong(7, key.contextAbove());
        insert.setString(8, key.window().text());
        insert.setBigDecimal(9, price.unitPrice());
        insert.setLong(10, price.unit());
        insert.setString(11, price.currency());
        setRange(insert, 12, price.effective());
        insert.setString(14, price.source());
        setDate(insert, 15, price.sourceDate());
        insert.setString(16, price.description());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void insertAliases(Connection connection, List<PriceFile.NewAlias> aliases)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_ALIAS)) {
      for (PriceFile.NewAlias alias : aliases) {
        insert.setString(1, alias.alias().provider());
        insert.setString(2, alias.alias().match().kind().text());
        insert.setString(3, alias.alias().match().value());
        insert.setString(4, alias.alias().model());
        insert.setString(5, alias.source());
        setDate(insert, 6, alias.sourceDate());
        insert.setString(7, alias.description());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void setRange(PreparedStatement insert, int index, EffectiveRange range)
      throws SQLException {
    setInstant(insert, index, range.from().equals(Instant.MIN) ? null : range.from());
    setInstant(insert, index + 1, range.to().equals(Instant.MAX) ? null : range.to());
  }

  private static void setInstant(PreparedStatement insert, int index, @Nullable Instant at)
      throws SQLException {
    if (at == null) {
      insert.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
    } else {
      insert.setObject(index, OffsetDateTime.ofInstant(at, ZoneOffset.UTC));
    }
  }

  private static void setDate(PreparedStatement insert, int index, @Nullable LocalDate date)
      throws SQLException {
    if (date == null) {
      insert.setNull(index, Types.DATE);
    } else {
      insert.setObject(index, date);
    }
  }

  private static Reader open(String name) {
    return new InputStreamReader(
        Objects.requireNonNull(ShippedPrices.class.getResourceAsStream("/pricebook/" + name), name),
        StandardCharsets.UTF_8);
  }
}
