package io.llmcost.recorder.replay;

import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/** Tells Kafka or PostgreSQL being away, which is waited for, from what nobody foresaw. */
final class Outage {
  private static final int MAX_DEPTH = 20;

  // Whatever Kafka says that does not name the record is waited for; PostgreSQL may also refuse a
  // statement of ours, which no waiting mends.
  private static final List<Class<? extends Exception>> OUTAGES =
      List.of(
          KafkaException.class,
          TimeoutException.class,
          DataAccessResourceFailureException.class,
          RecoverableDataAccessException.class,
          TransientDataAccessException.class,
          TransactionException.class);

  private Outage() {}

  static boolean is(Throwable error) {
    @Nullable Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
      if (at instanceof Error) {
        return false;
      }
      for (Class<? extends Exception> outage : OUTAGES) {
        if (outage.isInstance(at)) {
          return true;
        }
      }
    }
    return false;
  }
}
