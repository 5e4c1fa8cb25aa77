package io.llmcost.reporting.ledger;

import io.llmcost.chassis.problem.Problems;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Says what failed at the ledger and what helps, as a 503; a fault of our own is a 500. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class LedgerProblems {

  private static final Logger log = LoggerFactory.getLogger(LedgerProblems.class);
  private static final String QUERY_CANCELED = "57014";
  private static final String UNDEFINED_TABLE = "42P01";

  private final ReportingSettings settings;

  LedgerProblems(ReportingSettings settings) {
    this.settings = settings;
  }

  @ExceptionHandler({DataAccessException.class, TransactionException.class})
  ResponseEntity<ProblemDetail> problem(RuntimeException e) {
    String state = sqlState(e);
    if (QUERY_CANCELED.equals(state)) {
      log.warn("a report took longer than {}", settings.statementTimeout());
      return unavailable(
          "The report takes longer than %d s. Ask for a shorter range, or group and filter by project, provider, model, operation or request_type only."
              .formatted(settings.statementTimeout().toSeconds()),
          false);
    }
    if (UNDEFINED_TABLE.equals(state)) {
      return unavailable(
          "The ledger has no tables yet; cost-recorder makes them when it starts.", true);
    }
    if (isBusy(e)) {
      log.warn("no connection to the ledger was free within {}", settings.connectionTimeout());
      return unavailable(
          "More than %d reports are being read at once; try again."
              .formatted(settings.maxConnections()),
          true);
    }
    if (isOutage(state)) {
      log.warn("the ledger cannot be reached: {}", e.getMessage());
      return unavailable("The ledger cannot be reached just now.", true);
    }
    log.error("a query of the ledger failed", e);
    return ResponseEntity.internalServerError()
        .body(
            Problems.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "An unexpected error; the service's log has it at this time."));
  }

  // The pool gives a cause where it could not connect, and none where all connections were in use.
  private static boolean isBusy(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientConnectionException) {
        return cause.getCause() == null;
      }
    }
    return false;
  }

  // No connection at all; connection lost (08); too many (53); shut down or starting up (57P).
  private static boolean isOutage(@Nullable String state) {
    return state == null
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57P");
  }

  private static ResponseEntity<ProblemDetail> unavailable(String detail, boolean soon) {
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE);
    if (soon) {
      answer.header(HttpHeaders.RETRY_AFTER, "5");
    }
    return answer.body(Problems.of(HttpStatus.SERVICE_UNAVAILABLE, detail));
  }

  private static @Nullable String sqlState(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }
}
