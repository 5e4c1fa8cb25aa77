package io.llmcost.reporting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class ReportingSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(ReportingSettings.class)
  static class Settings {}

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(Settings.class);

  @Test
  void defaults() {
    runner.run(
        context ->
            assertThat(context.getBean(ReportingSettings.class))
                .isEqualTo(
                    new ReportingSettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(3),
                        8,
                        Duration.ofDays(36_525),
                        10_000,
                        10_000,
                        1_000,
                        100,
                        "USD")));
  }

  @Test
  void everySettingIsRead() {
    runner
        .withPropertyValues(
            "llmcost.reporting.statement-timeout=2s",
            "llmcost.reporting.connection-timeout=1s",
            "llmcost.reporting.max-connections=3",
            "llmcost.reporting.max-range=400d",
            "llmcost.reporting.max-buckets=500",
            "llmcost.reporting.max-page-rows=600",
            "llmcost.reporting.max-page-requests=70",
            "llmcost.reporting.max-filter-values=8",
            "llmcost.reporting.currency=EUR")
        .run(
            context ->
                assertThat(context.getBean(ReportingSettings.class))
                    .isEqualTo(
                        new ReportingSettings(
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(1),
                            3,
                            Duration.ofDays(400),
                            500,
                            600,
                            70,
                            8,
                            "EUR")));
  }

  @Test
  void misspeltOrSenselessSettingsStopTheStart() {
    for (String wrong :
        new String[] {
          "llmcost.reporting.max-page-row=5",
          "llmcost.reporting.max-buckets=0",
          "llmcost.reporting.statement-timeout=0s",
          "llmcost.reporting.currency=dollars"
        }) {
      runner.withPropertyValues(wrong).run(context -> assertThat(context).hasFailed());
    }
  }
}
