package io.llmcost.chassis.lastresort;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code llmcost.last-resort.*}.
 *
 * @param directory this process's own, on a disk that outlives it
 * @param after how long a dead-letter topic may be unwritable, while records are still read, before
 *     its letters go to the directory; a letter that Kafka refuses for what it is goes at once
 * @param maxSize of the file; a full one is an outage, and records wait
 * @param firstProbe how soon what lies there is offered to Kafka again
 * @param longestProbe the wait doubles up to this
 */
@Validated
@ConfigurationProperties(prefix = "llmcost.last-resort", ignoreUnknownFields = false)
public record LastResortSettings(
    @NotNull @DefaultValue("last-resort") Path directory,
    @DefaultValue("5m") Duration after,
    @DefaultValue("1GB") DataSize maxSize,
    @DefaultValue("5s") Duration firstProbe,
    @DefaultValue("5m") Duration longestProbe) {

  public LastResortSettings {
    if (after.isNegative() || !firstProbe.isPositive() || longestProbe.compareTo(firstProbe) < 0) {
      throw new IllegalArgumentException(
          "last-resort: after %s, first-probe %s, longest-probe %s"
              .formatted(after, firstProbe, longestProbe));
    }
  }
}
