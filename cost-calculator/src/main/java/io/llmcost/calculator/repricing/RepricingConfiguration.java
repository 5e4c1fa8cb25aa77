package io.llmcost.calculator.repricing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.costing.Recosting;
import io.llmcost.calculator.pricebook.PriceBooks;
import io.llmcost.chassis.work.Worker;
import io.llmcost.schemas.LlmRequestCosted;
import java.time.Clock;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class RepricingConfiguration {
  private static final int LEDGER_CONNECTIONS = 3;

  /**
   * The tables of both sides. Plain JDBC and its own transactions: Hibernate is for those who edit
   * prices, and starts with the first of them.
   */
  record Tables(
      JdbcClient jdbc, TransactionTemplate transactions, RepricingActs acts, JsonMapper json) {}

  /**
   * The ledger, read only; its pool is no bean, since the service's own is the one of that type.
   */
  record LedgerDatabase(HikariDataSource pool) implements AutoCloseable {
    @Override
    public void close() {
      pool.close();
    }
  }

  @Bean
  LedgerDatabase ledgerDatabase(JdbcConnectionDetails own, CalculatorSettings settings) {
    CalculatorSettings.Repricing ledger = settings.repricing();
    boolean isOwn = ledger.ledgerUrl() == null;
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger");
    config.setJdbcUrl(isOwn ? own.getJdbcUrl() : ledger.ledgerUrl());
    config.setUsername(isOwn ? own.getUsername() : ledger.ledgerUsername());
    config.setPassword(isOwn ? own.getPassword() : ledger.ledgerPassword());
    config.setSchema("ledger");
    config.setReadOnly(true);
    config.setMaximumPoolSize(LEDGER_CONNECTIONS);
    // Most of the time nobody looks at the past.
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(5_000);
    config.addDataSourceProperty("ApplicationName", "cost-calculator repricing");
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "120");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new LedgerDatabase(new HikariDataSource(config));
  }

  @Bean
  PastEvents pastEvents(LedgerDatabase ledger, JsonMapper json) {
    return new PastEvents(JdbcClient.create(ledger.pool()), new PastEventRows(json));
  }

  @Bean
  Tables repricingTables(DataSource database, JsonMapper json) {
    JdbcClient jdbc = JdbcClient.create(database);
    return new Tables(
        jdbc,
        new TransactionTemplate(new JdbcTransactionManager(database)),
        new RepricingActs(jdbc),
        json);
  }

  @Bean
  RepricingStore repricingStore(Tables tables, Clock clock) {
    return new RepricingStore(
        tables.jdbc(), tables.transactions(), tables.acts(), tables.json(), clock);
  }

  @Bean
  @DependsOnDatabaseInitialization
  RepricingWorker repricingWorker(Tables tables, RepricingWork work, CalculatorSettings settings) {
    return new RepricingWorker(
        work,
        tables.transactions(),
        new Worker.Retry(settings.retryInitial(), settings.retryMax()));
  }

  @Bean
  RepricingWork repricingWork(
      Tables tables,
      PastEvents ledger,
      PriceBooks books,
      CompletionCosting costing,
      ProducerFactory<?, ?> producers,
      Clock clock) {
    return new RepricingWork(
        new RepricingQueue(tables.jdbc(), tables.acts(), tables.json()),
        ledger,
        books,
        new PageCosting(new Recosting(costing)),
        new TargetSender(() -> producer(producers)),
        clock);
  }

  @Bean
  Repricings repricings(
      RepricingStore store,
      PastEvents ledger,
      PriceBooks books,
      RepricingWorker worker,
      JsonMapper json,
      Clock clock) {
    return new Repricings(store, ledger, books, worker, json, clock);
  }

  @Bean
  RepricingReader repricingReader(
      RepricingStore store, Tables tables, PastEvents ledger, CalculatorSettings settings) {
    return new RepricingReader(store, tables.acts(), ledger, settings.currency());
  }

  /** Down while repricings cannot go on; not a part of readiness. */
  @Bean
  HealthIndicator repricingsHealthIndicator(RepricingWorker worker) {
    return () -> {
      String trouble = worker.trouble();
      return trouble == null
          ? Health.up().build()
          : Health.down().withDetail("reason", trouble).build();
    };
  }

  @SuppressWarnings("unchecked")
  private static Producer<String, LlmRequestCosted> producer(ProducerFactory<?, ?> producers) {
    return (Producer<String, LlmRequestCosted>) producers.createProducer();
  }
}
