package io.llmcost.recorder.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.chassis.work.Worker;
import io.llmcost.recorder.audit.AuditTrail;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.NetworkException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** What the worker tells when it cannot go on; what it does when it can is ReplayIT's. */
class ReplayWorkerTest {
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();

  private interface Opening {
    Connection open() throws SQLException;
  }

  @Test
  void whatNobodyForesawIsAFaultAndTheWorkerTriesOn() {
    ReplayWorker worker =
        worker(
            () -> {
              throw new NoClassDefFoundError("gone");
            });
    worker.start();
    await().until(() -> faults.size() > 2);

    assertThat(faults).allMatch(NoClassDefFoundError.class::isInstance);
    assertThat(worker.trouble()).contains("gone");
    worker.stop();
  }

  @Test
  void anOutageIsNoFault() {
    ReplayWorker worker =
        worker(
            () -> {
              throw new SQLException("connection refused", "08001");
            });
    worker.start();
    await().until(() -> worker.trouble() != null);
    await().during(Duration.ofMillis(200)).until(faults::isEmpty);
    worker.stop();
  }

  @Test
  void outagesAreToldFromFaults() {
    assertThat(
            List.of(
                new ExecutionException(new NetworkException("away")),
                new TimeoutException(),
                new CannotGetJdbcConnectionException("away"),
                new CannotCreateTransactionException("away")))
        .allMatch(Outage::is);
    assertThat(
            List.of(
                new OutOfMemoryError(),
                new NullPointerException(),
                new ExecutionException(new IllegalStateException()),
                new DataIntegrityViolationException("ours")))
        .noneMatch(Outage::is);
  }

  private ReplayWorker worker(Opening opening) {
    DataSource dataSource =
        new AbstractDataSource() {
          @Override
          public Connection getConnection() throws SQLException {
            return opening.open();
          }

          @Override
          public Connection getConnection(String username, String password) throws SQLException {
            return opening.open();
          }
        };
    JdbcClient jdbc = JdbcClient.create(dataSource);
    JsonMapper json = JsonMapper.builder().build();
    return new ReplayWorker(
        new ReplayQueue(jdbc, new AuditTrail(jdbc, json)),
        new ReplaySender(MockProducer::new, new OutgoingHeaders(json), Duration.ofSeconds(1)),
        new ReplayWorker.Ends(
            failure -> {},
            new ReplayMetrics(new SimpleMeterRegistry()),
            (where, fault) -> faults.add(fault),
            Clock.systemUTC()),
        new TransactionTemplate(new JdbcTransactionManager(dataSource)),
        new Worker.Retry(Duration.ofMillis(5), Duration.ofMillis(5)));
  }
}
