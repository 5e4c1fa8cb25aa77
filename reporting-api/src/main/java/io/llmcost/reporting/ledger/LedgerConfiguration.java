package io.llmcost.reporting.ledger;

import com.zaxxer.hikari.HikariDataSource;
import io.llmcost.reporting.plan.ReportLimits;
import io.llmcost.reporting.plan.ReportPlanner;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A small read-only pool that opens when first used, so that the service starts without a ledger.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReportingSettings.class)
class LedgerConfiguration {

  @Bean
  HikariDataSource dataSource(DataSourceProperties properties, ReportingSettings settings) {
    HikariDataSource pool =
        properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    pool.setPoolName("ledger");
    pool.setMaximumPoolSize(settings.maxConnections());
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(Math.max(250, settings.connectionTimeout().toMillis()));
    pool.setValidationTimeout(Math.min(pool.getConnectionTimeout(), pool.getValidationTimeout()));
    pool.setInitializationFailTimeout(-1);
    pool.setAutoCommit(false);
    pool.setReadOnly(true);
    pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    pool.addDataSourceProperty("ApplicationName", "reporting-api");
    pool.addDataSourceProperty("options", options(settings));
    return pool;
  }

  // Compiling a plan takes longer than most reports; a plan for any range fits none of them; and
  // groups that do not fit into 4 MB, the default, are sorted on disk, which takes twice as long.
  private static String options(ReportingSettings settings) {
    return "-c search_path=ledger"
        + " -c default_transaction_read_only=on"
        + " -c jit=off"
        + " -c work_mem=32MB"
        + " -c plan_cache_mode=force_custom_plan"
        + " -c statement_timeout="
        + settings.statementTimeout().toMillis()
        + " -c idle_in_transaction_session_timeout="
        + 2 * settings.statementTimeout().toMillis();
  }

  @Bean
  ReportLimits reportLimits(ReportingSettings settings) {
    return settings.limits();
  }

  @Bean
  ReportPlanner reportPlanner(ReportLimits limits) {
    return new ReportPlanner(limits);
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
