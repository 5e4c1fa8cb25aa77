package io.llmcost.recorder.audit;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/audit}: who did what, newest first. */
@RestController
@Tag(name = "audit")
class AuditController {
  private static final int MAX_LIMIT = 1_000;

  private final AuditTrail audit;

  AuditController(AuditTrail audit) {
    this.audit = audit;
  }

  @GetMapping("/v1/audit")
  @Operation(summary = "Every act of operators and what became of it, newest first")
  AuditPage list(
      @RequestParam(required = false) @Nullable String who,
      @RequestParam(required = false) @Nullable String act,
      @RequestParam(name = "dead_letter_id", required = false) @Nullable UUID deadLetterId,
      @RequestParam(name = "replay_id", required = false) @Nullable UUID replayId,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable Long page) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", "must be between 1 and " + MAX_LIMIT);
    }
    return audit.read(new AuditTrail.Query(who, act, deadLetterId, replayId), page, limit);
  }
}
