package io.llmcost.calculator.repricing;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.problem.Problems;
import java.sql.SQLException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** A database that is away is an outage and no fault: come again. */
@RestControllerAdvice(assignableTypes = {RepricingController.class, CorrectionController.class})
@Order(Ordered.HIGHEST_PRECEDENCE)
class LedgerAdvice {

  private static final String UNDEFINED_TABLE = "42P01";

  private final FaultReporter faults;

  LedgerAdvice(FaultReporter faults) {
    this.faults = faults;
  }

  @ExceptionHandler({
    CannotGetJdbcConnectionException.class,
    CannotCreateTransactionException.class,
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class
  })
  ProblemDetail away(RuntimeException e) {
    return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "The database does not answer; try again.");
  }

  @ExceptionHandler
  ProblemDetail noLedger(BadSqlGrammarException e) {
    SQLException cause = e.getSQLException();
    if (cause == null || !UNDEFINED_TABLE.equals(cause.getSQLState())) {
      faults.report("http", e);
      return Problems.of(
          HttpStatus.INTERNAL_SERVER_ERROR,
          "An unexpected error; the service's log has it at this time.");
    }
    return Problems.of(
        HttpStatus.SERVICE_UNAVAILABLE,
        "The ledger's tables are not there: start a cost-recorder, or set"
            + " llmcost.calculator.repricing.ledger-url.");
  }
}
