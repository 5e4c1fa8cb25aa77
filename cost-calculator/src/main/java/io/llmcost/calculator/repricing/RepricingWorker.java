package io.llmcost.calculator.repricing;

import io.llmcost.chassis.work.Worker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works on repricings, a page a transaction, for as long as it takes while something is away. Every
 * calculator has one; a repricing is any one's at a time, and goes on with another where one dies.
 */
final class RepricingWorker extends Worker {
  private final RepricingWork work;
  private final TransactionTemplate transactions;

  RepricingWorker(RepricingWork work, TransactionTemplate transactions, Retry retry) {
    super("repricings", retry);
    this.work = work;
    this.transactions = transactions;
  }

  /** Does a page of each repricing that is due; returns how long until there may be more to do. */
  @Override
  protected Duration round() throws Exception {
    List<RepricingQueue.Due> due = work.due();
    if (due.isEmpty()) {
      return IDLE;
    }
    boolean served = false;
    Exception failure = null;
    for (RepricingQueue.Due one : due) {
      try {
        served |= !isStopping() && one.in().isZero() && advance(one.id());
      } catch (SQLException | RuntimeException e) {
        // The others go on: it may be this one's own fault.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (served) {
      return Duration.ZERO;
    }
    return until(due.getFirst().in());
  }

  private boolean advance(UUID id) throws SQLException {
    SQLException[] failure = new SQLException[1];
    boolean served =
        Boolean.TRUE.equals(
            transactions.execute(
                status -> {
                  try {
                    return work.advance(id);
                  } catch (SQLException e) {
                    failure[0] = e;
                    status.setRollbackOnly();
                    return false;
                  }
                }));
    if (failure[0] != null) {
      throw failure[0];
    }
    return served;
  }
}
