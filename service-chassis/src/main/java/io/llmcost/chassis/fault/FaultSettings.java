package io.llmcost.chassis.fault;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code llmcost.faults.*}.
 *
 * @param webhookUrl where each fault is POSTed to as JSON: service, place, classes and stack
 *     frames, without any message, since those may quote data; none by default
 * @param repeatAfter how long the same fault is only counted
 * @param timeout for the webhook's answer
 */
@ConfigurationProperties(prefix = "llmcost.faults", ignoreUnknownFields = false)
public record FaultSettings(
    @Nullable URI webhookUrl,
    @DefaultValue("5m") Duration repeatAfter,
    @DefaultValue("5s") Duration timeout) {

  public FaultSettings {
    if (repeatAfter.isNegative() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "faults: repeat-after %s, timeout %s".formatted(repeatAfter, timeout));
    }
    if (webhookUrl != null
        && !"http".equals(webhookUrl.getScheme())
        && !"https".equals(webhookUrl.getScheme())) {
      throw new IllegalArgumentException("llmcost.faults.webhook-url is no http or https URL");
    }
  }
}
