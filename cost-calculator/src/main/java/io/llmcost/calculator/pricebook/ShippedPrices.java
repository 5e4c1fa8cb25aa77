package io.llmcost.calculator.pricebook;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty price book with the shipped prices, in one transaction. Several instances may
 * start at once: the version's row lock lets one of them do it.
 */
final class ShippedPrices {

  private static final Logger log = LoggerFactory.getLogger(ShippedPrices.class);

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
    List<NewAlias> aliases;
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
    PriceInserts.prices(connection, prices, true, 1);
    PriceInserts.aliases(connection, aliases, 1);
    log.info("price book filled with {} shipped prices, {} aliases", prices.size(), aliases.size());
  }

  private static Reader open(String name) {
    return new InputStreamReader(
        Objects.requireNonNull(ShippedPrices.class.getResourceAsStream("/pricebook/" + name), name),
        StandardCharsets.UTF_8);
  }
}
