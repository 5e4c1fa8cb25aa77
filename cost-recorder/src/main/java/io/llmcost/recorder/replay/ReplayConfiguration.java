package io.llmcost.recorder.replay;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.work.Worker;
import io.llmcost.recorder.audit.AuditTrail;
import io.llmcost.recorder.intake.CostedReader;
import io.llmcost.recorder.store.LedgerPreview;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class ReplayConfiguration {

  @Bean
  ReplayMetrics replayMetrics(MeterRegistry meters) {
    return new ReplayMetrics(meters);
  }

  @Bean
  ReplayEnds replayEnds(AuditTrail audit, ReplayMetrics metrics, ReplayLimits limits, Clock clock) {
    return new ReplayEnds(audit, metrics, limits.maxAttempts(), clock);
  }

  @Bean
  ReplayStore replayStore(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      AuditTrail audit,
      JsonMapper json,
      Clock clock) {
    return new ReplayStore(jdbc, transactions, audit, json, clock);
  }

  @Bean
  ReplayWorker replayWorker(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      AuditTrail audit,
      ReplayEnds ends,
      ReplayParts parts) {
    return new ReplayWorker(
        new ReplayQueue(jdbc, audit),
        new ReplaySender(
            parts.producers(), new OutgoingHeaders(parts.json()), parts.limits().sendTimeout()),
        new ReplayWorker.Ends(
            failure -> ends.failed(jdbc, failure), parts.metrics(), parts.faults(), parts.clock()),
        transactions,
        new Worker.Retry(parts.limits().firstRetry(), parts.limits().longestRetry()));
  }

  @Bean
  ReplayParts replayParts(
      Supplier<Producer<byte[], byte[]>> replayProducers,
      ReplayMetrics metrics,
      FaultReporter faults,
      ReplayLimits limits,
      JsonMapper json,
      Clock clock) {
    return new ReplayParts(replayProducers, metrics, faults, limits, json, clock);
  }

  @Bean
  DryRun dryRun(
      JdbcClient jdbc, CostedReader previewReader, DataSource dataSource, ReplayParts parts) {
    ReplayLimits limits = parts.limits();
    return new DryRun(
        jdbc,
        new CalculatorClient(limits.calculatorUrl(), limits.calculatorToken(), parts.json()),
        previewReader,
        new LedgerPreview(dataSource),
        limits.dryRunLetters(),
        parts.clock());
  }

  /** Down while replays cannot be sent; not a part of readiness. */
  @Bean
  HealthIndicator replaysHealthIndicator(ReplayWorker worker) {
    return () -> {
      String trouble = worker.trouble();
      return trouble == null
          ? Health.up().build()
          : Health.down().withDetail("reason", trouble).build();
    };
  }

  record ReplayParts(
      Supplier<Producer<byte[], byte[]>> producers,
      ReplayMetrics metrics,
      FaultReporter faults,
      ReplayLimits limits,
      JsonMapper json,
      Clock clock) {}
}
