package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.PriceKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes many rows of the price book at once, in the caller's transaction. */
final class PriceInserts {

  private static final String INSERT_PRICE =
      """
      insert into pricebook.price (provider, match_kind, match_value, meter, service_tier, region,
        context_above, time_window, unit_price, unit, currency, effective_from, effective_to,
        source, source_date, description, active, created_version)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
      """;
  private static final String INSERT_ALIAS =
      """
      insert into pricebook.model_alias (provider, match_kind, match_value, model, effective_from,
        effective_to, source, source_date, description, created_version)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
      """;

  private PriceInserts() {}

  static void prices(Connection connection, List<NewPrice> prices, boolean active, long version)
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
        insert.setBoolean(17, active);
        insert.setLong(18, version);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static void aliases(Connection connection, List<NewAlias> aliases, long version)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_ALIAS)) {
      for (NewAlias alias : aliases) {
        insert.setString(1, alias.alias().provider());
        insert.setString(2, alias.alias().match().kind().text());
        insert.setString(3, alias.alias().match().value());
        insert.setString(4, alias.alias().model());
        setRange(insert, 5, alias.alias().effective());
        insert.setString(7, alias.source());
        setDate(insert, 8, alias.sourceDate());
        insert.setString(9, alias.description());
        insert.setLong(10, version);
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
}
