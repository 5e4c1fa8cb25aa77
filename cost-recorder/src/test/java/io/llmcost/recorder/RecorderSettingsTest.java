package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class RecorderSettingsTest {

  @EnableConfigurationProperties(RecorderSettings.class)
  static class Settings {}

  @Test
  void defaultsAreAsDocumented() {
    RecorderSettings settings = bind(Map.of());

    assertThat(settings)
        .isEqualTo(
            new RecorderSettings(
                "cost-recorder",
                2,
                1_000,
                Duration.ofMillis(500),
                DataSize.ofMegabytes(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                new RecorderSettings.Retry(Duration.ofMillis(200), Duration.ofSeconds(10)),
                Duration.ofSeconds(30),
                DataSize.ofMegabytes(16),
                new RecorderSettings.Retention(0),
                Duration.ofMinutes(1),
                new RecorderSettings.DeadLetters(
                    "cost-recorder-dead-letters", 200, 5, 1_000, 20_000),
                new RecorderSettings.Calculator(URI.create("http://localhost:8081"), null)));
  }

  @Test
  void everySettingIsRead() {
    RecorderSettings settings =
        bind(
            Map.ofEntries(
                Map.entry("group-id", "g"),
                Map.entry("concurrency", "3"),
                Map.entry("max-poll-records", "100"),
                Map.entry("poll-timeout", "1s"),
                Map.entry("fetch-size", "1MB"),
                Map.entry("idle-beat", "4s"),
                Map.entry("completeness-margin", "2s"),
                Map.entry("retry.first", "1s"),
                Map.entry("retry.longest", "1m"),
                Map.entry("dead-letter-timeout", "5s"),
                Map.entry("dead-letter-max-size", "2MB"),
                Map.entry("retention.months", "13"),
                Map.entry("check-period", "7s"),
                Map.entry("dead-letters.group-id", "d"),
                Map.entry("dead-letters.max-poll-records", "7"),
                Map.entry("dead-letters.max-attempts", "3"),
                Map.entry("dead-letters.replay-rate", "10"),
                Map.entry("dead-letters.dry-run-letters", "100"),
                Map.entry("calculator.url", "http://calculator"),
                Map.entry("calculator.token", "reader")));

    assertThat(settings)
        .isEqualTo(
            new RecorderSettings(
                "g",
                3,
                100,
                Duration.ofSeconds(1),
                DataSize.ofMegabytes(1),
                Duration.ofSeconds(4),
                Duration.ofSeconds(2),
                new RecorderSettings.Retry(Duration.ofSeconds(1), Duration.ofMinutes(1)),
                Duration.ofSeconds(5),
                DataSize.ofMegabytes(2),
                new RecorderSettings.Retention(13),
                Duration.ofSeconds(7),
                new RecorderSettings.DeadLetters("d", 7, 3, 10, 100),
                new RecorderSettings.Calculator(URI.create("http://calculator"), "reader")));
  }

  @Test
  void whatIsMisspeltOrOutOfRangeIsRefused() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("concurency", "2"),
            Map.of("concurrency", "0"),
            Map.of("idle-beat", "6s"),
            Map.of("retry.longest", "1ms"))) {
      assertThatThrownBy(() -> bind(wrong)).as(wrong.toString()).isInstanceOf(Exception.class);
    }
  }

  private static RecorderSettings bind(Map<String, String> values) {
    String[] properties =
        values.entrySet().stream()
            .map(entry -> "llmcost.recorder." + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    RecorderSettings[] bound = new RecorderSettings[1];
    new ApplicationContextRunner()
        .withUserConfiguration(Settings.class)
        .withPropertyValues(properties)
        .run(context -> bound[0] = context.getBean(RecorderSettings.class));
    return bound[0];
  }
}
