package io.llmcost.client.autoconfigure;

import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.journal.JournalState;
import io.llmcost.client.publish.JournaledPublisher;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether events leave the journal. What it says when they do not is in no aggregate's order, and
 * so leaves the application's own health as it is: a service must not go down because its costs
 * wait.
 */
final class ClientHealth implements HealthIndicator {
  /** Events wait on disk, and go on by themselves. */
  static final Status WAITING = new Status("WAITING", "events wait on disk");

  /** The journal has no room: calls go unrecorded. */
  static final Status UNTRACKED = new Status("UNTRACKED", "calls go unrecorded");

  private final JournaledPublisher publisher;

  ClientHealth(JournaledPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public Health health() {
    JournalState journal = publisher.journal();
    String trouble = publisher.trouble();
    Health.Builder health = new Health.Builder(status(journal, trouble));
    if (trouble != null) {
      health.withDetail("trouble", trouble);
    }
    return health
        .withDetail("waiting", journal.records())
        .withDetail("bytes", journal.bytes())
        .withDetail("max_bytes", journal.maxBytes())
        .withDetail("quarantined", journal.quarantined())
        .build();
  }

  private static Status status(JournalState journal, @Nullable String trouble) {
    if (trouble == null) {
      return Status.UP;
    }
    long free = journal.maxBytes() - journal.bytes() - journal.reservedBytes();
    return free < JournalSettings.DEFAULT_MAX_RECORD_BYTES ? UNTRACKED : WAITING;
  }
}
