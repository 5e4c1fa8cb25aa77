package io.llmcost.reporting.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the ledger: all that one call reads comes from one snapshot (REPEATABLE READ, read only),
 * and is timed as {@code llmcost.report.read} by report and source.
 */
@Component
public class Ledger {

  private final JdbcClient jdbc;
  private final TransactionTemplate snapshot;
  private final MeterRegistry meters;

  Ledger(JdbcClient jdbc, PlatformTransactionManager transactions, MeterRegistry meters) {
    this.jdbc = jdbc;
    // Isolation and read-only are the pool's own, which spares two statements a report.
    this.snapshot = new TransactionTemplate(transactions);
    this.meters = meters;
  }

  /**
   * Returns what {@code reading} makes of one snapshot.
   *
   * @param report name of the report, for the metric
   * @param sources tables read, for the metric
   */
  public <T> T read(String report, String sources, Function<JdbcClient, T> reading) {
    Timer.Sample sample = Timer.start(meters);
    String outcome = "error";
    try {
      T result = snapshot.execute(status -> reading.apply(jdbc));
      outcome = "ok";
      return result;
    } finally {
      sample.stop(
          Timer.builder("llmcost.report.read")
              .description("Time to read one page of a report from the ledger")
              .tag("report", report)
              .tag("sources", sources)
              .tag("outcome", outcome)
              .register(meters));
    }
  }
}
