package io.llmcost.recorder.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One act, or what became of one.
 *
 * @param who a token's name, a JWT's subject, or {@link AuditTrail#SERVICE}
 * @param act what was done, in snake_case
 * @param reason the operator's own words, where the act asks for them
 * @param detail what else there is to know, by name
 */
public record AuditEntry(
    Instant at,
    String who,
    String act,
    @Nullable UUID deadLetterId,
    @Nullable UUID replayId,
    @Nullable String reason,
    Map<String, ?> detail) {
  public AuditEntry {
    detail = Map.copyOf(detail);
  }
}
