package io.llmcost.client;

import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.publish.PublisherSettings;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a client needs.
 *
 * @param source the name of the service that makes the calls
 * @param journal where events wait for Kafka: a directory of this process's own
 * @param publisher how events reach Kafka
 * @param enabled whether anything is recorded; true by default. Without, nothing is opened.
 */
public record CompletionClientSettings(
    String source, JournalSettings journal, PublisherSettings publisher, boolean enabled) {
  public CompletionClientSettings {
    if (source.isBlank()) {
      throw new IllegalArgumentException("source is blank");
    }
    Objects.requireNonNull(journal, "journal");
    Objects.requireNonNull(publisher, "publisher");
  }

  /**
   * Returns the defaults.
   *
   * @param schemaRegistryUrl the registry's API, for instance {@code
   *     http://localhost:8085/apis/registry/v3}
   */
  public static CompletionClientSettings of(
      String source, String bootstrapServers, String schemaRegistryUrl, Path journalDirectory) {
    return new CompletionClientSettings(
        source,
        JournalSettings.in(journalDirectory),
        PublisherSettings.of(bootstrapServers, schemaRegistryUrl),
        true);
  }

  public CompletionClientSettings withJournal(JournalSettings value) {
    return new CompletionClientSettings(source, value, publisher, enabled);
  }

  public CompletionClientSettings withPublisher(PublisherSettings value) {
    return new CompletionClientSettings(source, journal, value, enabled);
  }

  public CompletionClientSettings withEnabled(boolean value) {
    return new CompletionClientSettings(source, journal, publisher, value);
  }
}
