package io.llmcost.client.autoconfigure;

import io.llmcost.client.journal.Fsync;
import io.llmcost.client.journal.JournalSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings {@code llmcost.client.*} of a service that makes LLM calls. Checked here and not by
 * annotations, so that no service needs a validator for it.
 *
 * @param enabled whether anything is recorded; without, nothing is opened
 * @param source what events name as their source; {@code spring.application.name} unless set
 * @param project what events name as their project; a single call may name another
 * @param tags of all events of this service
 * @param bootstrapServers Kafka; {@code spring.kafka.bootstrap-servers} unless set, else {@code
 *     localhost:9092}
 * @param schemaRegistryUrl the schema registry's API
 * @param producer more settings of the Kafka producer, by Kafka's names
 * @param closeTimeout how long what waits is sent when the application stops; the rest waits for
 *     its next start
 * @param journal where events wait for Kafka
 */
@ConfigurationProperties(prefix = "llmcost.client", ignoreUnknownFields = false)
public record ClientSettings(
    @DefaultValue("true") boolean enabled,
    @Nullable String source,
    @Nullable String project,
    @DefaultValue Map<String, String> tags,
    @DefaultValue List<String> bootstrapServers,
    @DefaultValue("http://localhost:8085/apis/registry/v3") URI schemaRegistryUrl,
    @DefaultValue Map<String, String> producer,
    @DefaultValue("5s") Duration closeTimeout,
    @DefaultValue Journal journal) {

  /** Copies the collections and refuses what can never work. */
  public ClientSettings {
    tags = Map.copyOf(tags);
    bootstrapServers = List.copyOf(bootstrapServers);
    producer = Map.copyOf(producer);
    if (closeTimeout.isNegative()) {
      throw new IllegalArgumentException("llmcost.client.close-timeout is negative");
    }
  }

  /**
   * The journal on disk.
   *
   * @param directory this process's own: two processes need two
   * @param maxSize most that waits for Kafka; what comes when it is full goes unrecorded, counted
   * @param fsync when records are forced to the device: {@code none}, {@code interval}, {@code
   *     each}
   * @param fsyncInterval how often, where that is by interval
   */
  public record Journal(
      @DefaultValue("llmcost-journal") Path directory,
      @DefaultValue("1GB") DataSize maxSize,
      @DefaultValue("interval") Fsync fsync,
      @DefaultValue("1s") Duration fsyncInterval) {

    JournalSettings toJournalSettings() {
      return JournalSettings.in(directory)
          .withMaxBytes(maxSize.toBytes())
          .withFsync(fsync, fsyncInterval);
    }
  }
}
