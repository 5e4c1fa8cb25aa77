package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.PriceBook;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The book of any version, old ones too: what a dry run was priced by can be priced by again,
 * whatever has changed since.
 */
public final class PriceBooks {

  private final DataSource database;
  private final PriceBookReader reader;
  private final PriceBookKeeper keeper;
  private @Nullable PriceBook last;

  PriceBooks(DataSource database, PriceBookReader reader, PriceBookKeeper keeper) {
    this.database = database;
    this.reader = reader;
    this.keeper = keeper;
  }

  /** Returns the version that is stored now, which may be a moment ahead of the one in use. */
  public long storedVersion() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return reader.version(connection);
    }
  }

  /** Returns the book of {@code version}; the last one that was asked for is kept. */
  public synchronized PriceBook of(long version) throws SQLException {
    PriceBook inUse = keeper.current().orElse(null);
    if (inUse != null && inUse.version() == version) {
      last = null;
      return inUse;
    }
    PriceBook known = last;
    if (known == null || known.version() != version) {
      try (Connection connection = database.getConnection()) {
        known = reader.read(connection, version);
      }
      last = known;
    }
    return known;
  }
}
