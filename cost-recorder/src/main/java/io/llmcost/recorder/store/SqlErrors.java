package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.RefusedRecordException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells by its SQLSTATE an error of the data from an error of the moment. */
final class SqlErrors {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String UNDEFINED_TABLE = "42P01";

  // Cardinality, data exception, integrity constraint, program limit: the same data fails again.
  private static final Set<String> OF_THE_DATA = Set.of("21", "22", "23", "54");

  private SqlErrors() {}

  /**
   * Returns {@code error} as what the caller must do about it.
   *
   * @throws RefusedRecordException where the data is at fault
   */
  static StoreUnavailableException unavailable(SQLException error) throws RefusedRecordException {
    if (isOfTheData(error)) {
      throw new RefusedRecordException(describe(error), error);
    }
    return transientFailure(error);
  }

  static StoreUnavailableException transientFailure(SQLException error) {
    return new StoreUnavailableException("PostgreSQL: " + describe(error), error);
  }

  /** Whether a partition that was there is gone: its month was sealed meanwhile. */
  static boolean isMissingTable(SQLException error) {
    return UNDEFINED_TABLE.equals(error.getSQLState());
  }

  /** Whether a row is there already: of this event, or of a race that was lost. */
  static boolean isUniqueViolation(SQLException error) {
    return UNIQUE_VIOLATION.equals(error.getSQLState());
  }

  // A unique violation is a race lost to a record of the same id: looked up again, it is known.
  private static boolean isOfTheData(SQLException error) {
    String state = error.getSQLState();
    return state != null
        && state.length() == 5
        && !state.equals(UNIQUE_VIOLATION)
        && OF_THE_DATA.contains(state.substring(0, 2));
  }

  private static String describe(SQLException error) {
    return state(error.getSQLState()) + error.getMessage();
  }

  private static String state(@Nullable String state) {
    return state == null ? "" : state + " ";
  }
}
