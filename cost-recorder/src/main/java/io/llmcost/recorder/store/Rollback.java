package io.llmcost.recorder.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Rolls back after an error without hiding it. */
final class Rollback {
  private Rollback() {}

  static void quietly(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
