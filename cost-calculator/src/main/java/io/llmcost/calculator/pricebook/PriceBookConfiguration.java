package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.CalculatorSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

@Configuration(proxyBeanMethods = false)
class PriceBookConfiguration {

  @Bean
  PriceRules priceRules(CalculatorSettings settings) {
    return new PriceRules(settings.currency());
  }

  /** Before anybody can price or set a price: an empty book stays so if it has a version. */
  @Bean
  @DependsOnDatabaseInitialization
  InitializingBean shippedPrices(
      DataSource database, CalculatorSettings settings, PriceRules rules) {
    return () -> {
      if (settings.shippedPrices()) {
        try (Connection connection = database.getConnection()) {
          new ShippedPrices(rules).loadIfEmpty(connection);
        }
      }
    };
  }

  @Bean
  @DependsOn("shippedPrices")
  PriceBookKeeper priceBookKeeper(
      JdbcConnectionDetails database,
      CalculatorSettings settings,
      Clock clock,
      MeterRegistry meters,
      ApplicationEventPublisher events) {
    PriceBookKeeper keeper =
        new PriceBookKeeper(
            () -> DriverManager.getConnection(database.getJdbcUrl(), login(database, settings)),
            new PriceBookReader(settings.currency()),
            settings.priceBookPoll(),
            clock,
            events);
    Gauge.builder("llmcost.price.book.version", keeper, PriceBookConfiguration::version)
        .description("Version of the price book in use; the same on every instance within a second")
        .register(meters);
    TimeGauge.builder("llmcost.price.book.age", keeper, TimeUnit.SECONDS, k -> ageSeconds(k, clock))
        .description("Since the price book in use was last known to be the stored one")
        .register(meters);
    return keeper;
  }

  @Bean
  PriceBooks priceBooks(DataSource database, CalculatorSettings settings, PriceBookKeeper keeper) {
    return new PriceBooks(database, new PriceBookReader(settings.currency()), keeper);
  }

  @Bean
  PriceBookHealth priceBookHealthIndicator(PriceBookKeeper keeper) {
    return new PriceBookHealth(keeper);
  }

  // A peer that vanished without a word is noticed by the next poll's timeout.
  private static Properties login(JdbcConnectionDetails database, CalculatorSettings settings) {
    Properties login = new Properties();
    if (database.getUsername() != null) {
      login.setProperty("user", database.getUsername());
    }
    if (database.getPassword() != null) {
      login.setProperty("password", database.getPassword());
    }
    login.setProperty("ApplicationName", "cost-calculator price book");
    login.setProperty("connectTimeout", "5");
    login.setProperty("tcpKeepAlive", "true");
    login.setProperty(
        "socketTimeout", Long.toString(settings.priceBookPoll().plusSeconds(10).toSeconds()));
    return login;
  }

  private static double version(PriceBookKeeper keeper) {
    return keeper.current().map(book -> (double) book.version()).orElse(0.0);
  }

  private static double ageSeconds(PriceBookKeeper keeper, Clock clock) {
    return keeper.checkedAt().equals(Instant.MIN)
        ? Double.NaN
        : Duration.between(keeper.checkedAt(), clock.instant()).toMillis() / 1_000.0;
  }
}
