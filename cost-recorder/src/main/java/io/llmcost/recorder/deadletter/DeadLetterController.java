package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.recorder.audit.AuditPage;
import io.llmcost.recorder.audit.AuditTrail;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/dead-letters}: what was refused at either hop, and why. */
@RestController
@RequestMapping("/v1/dead-letters")
@Tag(name = "dead-letters")
class DeadLetterController {
  private static final int MAX_LIMIT = 500;

  private final DeadLetterStore letters;
  private final LetterDetails details;
  private final AuditTrail audit;

  DeadLetterController(DeadLetterStore letters, LetterDetails details, AuditTrail audit) {
    this.letters = letters;
    this.details = details;
    this.audit = audit;
  }

  /** Lists dead letters, newest first; {@code page} is the last answer's {@code next_page}. */
  @GetMapping
  @Operation(
      summary =
          "Dead letters, newest first; filters, repeatable: cause, topic, key, project, provider,"
              + " model, state, ids; from, to (when dead-lettered), message (contains)")
  DeadLetterPage list(
      @RequestParam(defaultValue = "50") int limit,
      @RequestParam(required = false) @Nullable String page,
      @RequestParam MultiValueMap<String, String> parameters) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", "must be between 1 and " + MAX_LIMIT);
    }
    UUID before = page == null ? null : SelectorFields.uuid("page", page);
    List<DeadLetterSummary> found =
        letters.list(selector(parameters, "limit", "page"), before, limit + 1);
    boolean hasMore = found.size() > limit;
    List<DeadLetterSummary> data = hasMore ? found.subList(0, limit) : found;
    return new DeadLetterPage(
        "page", data, hasMore, hasMore ? data.getLast().id().toString() : null);
  }

  @GetMapping("/inventory")
  @Operation(summary = "How many dead letters, by topic, cause and state; filters as in the list")
  Inventory inventory(@RequestParam MultiValueMap<String, String> parameters) {
    return Inventory.of(letters.inventory(selector(parameters)));
  }

  /** Shows one dead letter: headers, bytes, and the event where the bytes are one. */
  @GetMapping("/{id}")
  @Operation(summary = "One dead letter; of a large value only the beginning, unless full=true")
  DeadLetterDetail show(
      @PathVariable String id, @RequestParam(defaultValue = "false") boolean full) {
    return details.detail(id, full);
  }

  @GetMapping("/{id}/value")
  @Operation(summary = "The original value, byte for byte; 204 for a record without one")
  ResponseEntity<byte[]> value(@PathVariable String id) {
    byte[] value = letters.value(details.find(id).summary().id());
    return value == null
        ? ResponseEntity.noContent().build()
        : ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).body(value);
  }

  @GetMapping("/{id}/audit")
  @Operation(summary = "What was done to one dead letter and what became of it, newest first")
  AuditPage audit(
      @PathVariable String id,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable Long page) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", "must be between 1 and " + MAX_LIMIT);
    }
    UUID letter = details.find(id).summary().id();
    return audit.read(new AuditTrail.Query(null, null, letter, null), page, limit);
  }

  private static Selector selector(MultiValueMap<String, String> parameters, String... others) {
    MultiValueMap<String, String> filters = new LinkedMultiValueMap<>(parameters);
    for (String other : others) {
      filters.remove(other);
    }
    return SelectorFields.of(filters);
  }
}
