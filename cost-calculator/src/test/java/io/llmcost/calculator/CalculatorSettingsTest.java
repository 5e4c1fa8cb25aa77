package io.llmcost.calculator;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class CalculatorSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(CalculatorSettings.class)
  static class Settings {}

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(Settings.class);

  @Test
  void defaults() {
    context.run(
        started ->
            assertThat(started.getBean(CalculatorSettings.class))
                .isEqualTo(
                    new CalculatorSettings(
                        2,
                        "USD",
                        true,
                        Duration.ofSeconds(10),
                        DataSize.ofMegabytes(32),
                        100,
                        new BigDecimal("5"),
                        new CalculatorSettings.Repricing(null, null, null, 5_000),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(10))));
  }

  @Test
  void fullMapping() {
    context
        .withPropertyValues(
            "llmcost.calculator.concurrency=6",
            "llmcost.calculator.currency=EUR",
            "llmcost.calculator.shipped-prices=false",
            "llmcost.calculator.price-book-poll=1m",
            "llmcost.calculator.max-import-size=4MB",
            "llmcost.calculator.outlier-factor=20",
            "llmcost.calculator.reported-cost-tolerance=2.5",
            "llmcost.calculator.repricing.ledger-url=jdbc:postgresql://replica/llmcost",
            "llmcost.calculator.repricing.ledger-username=looker",
            "llmcost.calculator.repricing.ledger-password=secret",
            "llmcost.calculator.repricing.rate=50",
            "llmcost.calculator.retry-initial=1s",
            "llmcost.calculator.retry-max=30s")
        .run(
            started ->
                assertThat(started.getBean(CalculatorSettings.class))
                    .isEqualTo(
                        new CalculatorSettings(
                            6,
                            "EUR",
                            false,
                            Duration.ofMinutes(1),
                            DataSize.ofMegabytes(4),
                            20,
                            new BigDecimal("2.5"),
                            new CalculatorSettings.Repricing(
                                "jdbc:postgresql://replica/llmcost", "looker", "secret", 50),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(30))));
  }

  @Test
  void aMisspeltKeyIsRefused() {
    context
        .withPropertyValues("llmcost.calculator.concurency=6")
        .run(
            started ->
                assertThat(started)
                    .getFailure()
                    .isInstanceOf(ConfigurationPropertiesBindException.class)
                    .rootCause()
                    .hasMessageContaining("concurency"));
  }

  @Test
  void valuesOutOfBoundsAreRefused() {
    for (String bad :
        new String[] {
          "concurrency=0",
          "currency=usd",
          "price-book-poll=1ms",
          "retry-max=1h",
          "outlier-factor=-1",
          "repricing.rate=0"
        }) {
      context
          .withPropertyValues("llmcost.calculator." + bad)
          .run(started -> assertThat(started).hasFailed());
    }
  }
}
