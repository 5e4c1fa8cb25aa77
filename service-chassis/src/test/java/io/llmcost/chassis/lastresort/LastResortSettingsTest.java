package io.llmcost.chassis.lastresort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.unit.DataSize;

class LastResortSettingsTest {

  @Test
  void defaultsAreAsDocumented() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new LastResortSettings(
                Path.of("last-resort"),
                Duration.ofMinutes(5),
                DataSize.ofGigabytes(1),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5)));
  }

  @Test
  void everySettingIsRead() {
    assertThat(
            bind(
                Map.of(
                    "llmcost.last-resort.directory", "/var/lib/x",
                    "llmcost.last-resort.after", "1m",
                    "llmcost.last-resort.max-size", "2MB",
                    "llmcost.last-resort.first-probe", "1s",
                    "llmcost.last-resort.longest-probe", "1h")))
        .isEqualTo(
            new LastResortSettings(
                Path.of("/var/lib/x"),
                Duration.ofMinutes(1),
                DataSize.ofMegabytes(2),
                Duration.ofSeconds(1),
                Duration.ofHours(1)));
  }

  @Test
  void whatIsMisspeltOrOutOfRangeIsRefused() {
    assertThatThrownBy(() -> bind(Map.of("llmcost.last-resort.dir", "x")))
        .isInstanceOf(Exception.class);
    assertThatThrownBy(() -> bind(Map.of("llmcost.last-resort.longest-probe", "1s")))
        .isInstanceOf(Exception.class);
  }

  private static LastResortSettings bind(Map<String, String> properties) {
    return new Binder(
            List.of(new MapConfigurationPropertySource(properties)),
            null,
            ApplicationConversionService.getSharedInstance())
        .bindOrCreate(
            "llmcost.last-resort",
            Bindable.of(LastResortSettings.class),
            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, source -> true));
  }
}
