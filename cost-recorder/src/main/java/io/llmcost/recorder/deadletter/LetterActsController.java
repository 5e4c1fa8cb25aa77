package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What an operator does to dead letters, other than replaying them. */
@RestController
@RequestMapping("/v1/dead-letters")
@PreAuthorize("hasAuthority('dead-letters:replay')")
@Tag(name = "dead-letters")
class LetterActsController {
  private final LetterActs acts;
  private final Edits edits;
  private final LetterDetails details;

  LetterActsController(LetterActs acts, Edits edits, LetterDetails details) {
    this.acts = acts;
    this.edits = edits;
    this.details = details;
  }

  /** How many were given up. */
  record Discarded(int discarded) {}

  @PostMapping("/discard")
  @Operation(summary = "Gives open and parked dead letters up, for a reason; their bytes stay")
  Discarded discard(@RequestBody Discard discard, Authentication caller) {
    String reason = LetterActs.required(discard.reason());
    Selector selector =
        SelectorFields.ofAct(discard.selector(), Boolean.TRUE.equals(discard.all()));
    return new Discarded(acts.discard(selector, reason, caller.getName()));
  }

  @PostMapping("/{id}/edit")
  @Operation(
      summary =
          "Makes the version that the next replay sends: of a patch (RFC 7386), a whole event, or"
              + " bytes in hex; the original stays")
  DeadLetterDetail edit(
      @PathVariable String id, @RequestBody EditRequest request, Authentication caller) {
    DeadLetterSummary letter = details.find(id).summary();
    edits.edit(letter.id(), letter.topic(), request, caller.getName());
    return details.detail(id, false);
  }

  @PostMapping("/{id}/edit/undo")
  @Operation(summary = "Puts the version before the one in force in force again")
  DeadLetterDetail undo(
      @PathVariable String id, @RequestBody UndoRequest request, Authentication caller) {
    edits.undo(details.find(id).summary().id(), request, caller.getName());
    return details.detail(id, false);
  }

  @ExceptionHandler
  ProblemDetail away(EventEncoder.UnavailableException e) {
    return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
