package io.llmcost.recorder.replay;

import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import io.llmcost.chassis.problem.Problems;
import io.llmcost.chassis.security.Authorities;
import io.llmcost.recorder.deadletter.Selector;
import io.llmcost.recorder.deadletter.SelectorFields;
import io.llmcost.recorder.store.StoreUnavailableException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/replays}: dead letters sent again, and what became of them. */
@RestController
@RequestMapping("/v1/replays")
@Tag(name = "replays")
class ReplayController {
  private static final int MAX_LIMIT = 1_000;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_RATE = 100_000;
  private static final int MAX_LETTERS = 1_000_000;
  private static final int MAX_NOTE = 1_000;

  private final ReplayStore replays;
  private final ReplayWorker worker;
  private final DryRun dryRun;
  private final int defaultRate;

  ReplayController(ReplayStore replays, ReplayWorker worker, DryRun dryRun, ReplayLimits limits) {
    this.replays = replays;
    this.worker = worker;
    this.dryRun = dryRun;
    this.defaultRate = limits.defaultRate();
  }

  @PostMapping
  @PreAuthorize("hasAuthority('reports:read')")
  @Operation(
      summary =
          "Sends what is selected to where it came from; with dry_run only says what would become"
              + " of it, which a reader may ask for")
  ResponseEntity<Object> create(@RequestBody ReplayRequest request, Authentication caller) {
    ReplayOrder order = order(request);
    if (request.isDryRun()) {
      UUID after = request.page() == null ? null : SelectorFields.uuid("page", request.page());
      return ResponseEntity.ok(
          dryRun.run(order, between("limit", request.limit(), DEFAULT_LIMIT, MAX_LIMIT), after));
    }
    if (caller.getAuthorities().stream()
        .noneMatch(one -> Authorities.DEAD_LETTERS_REPLAY.equals(one.getAuthority()))) {
      throw new AccessDeniedException("a replay needs " + Authorities.DEAD_LETTERS_REPLAY);
    }
    UUID id = replays.create(order, caller.getName());
    worker.nudge();
    return ResponseEntity.created(URI.create("/v1/replays/" + id)).body(find(id));
  }

  @GetMapping
  @Operation(summary = "Replays, newest first")
  ReplayPage list(
      @RequestParam(defaultValue = "50") int limit,
      @RequestParam(required = false) @Nullable UUID page) {
    int most = between("limit", limit, DEFAULT_LIMIT, MAX_LIMIT);
    List<Replay> found = replays.list(page, most + 1);
    boolean hasMore = found.size() > most;
    List<Replay> data = hasMore ? found.subList(0, most) : found;
    return new ReplayPage("page", data, hasMore, hasMore ? data.getLast().id().toString() : null);
  }

  @GetMapping("/{id}")
  @Operation(summary = "One replay, and how far it is")
  Replay show(@PathVariable UUID id) {
    return find(id);
  }

  @PostMapping("/{id}/pause")
  @PreAuthorize("hasAuthority('dead-letters:replay')")
  @Operation(summary = "Sends no more until it is resumed")
  Replay pause(@PathVariable UUID id, Authentication caller) {
    return move(id, List.of("running"), "paused", "pause", caller);
  }

  @PostMapping("/{id}/resume")
  @PreAuthorize("hasAuthority('dead-letters:replay')")
  @Operation(summary = "Goes on with a paused one")
  Replay resume(@PathVariable UUID id, Authentication caller) {
    return move(id, List.of("paused"), "running", "resume", caller);
  }

  @PostMapping("/{id}/cancel")
  @PreAuthorize("hasAuthority('dead-letters:replay')")
  @Operation(summary = "Sends no more for good; what was not sent is as it was before")
  Replay cancel(@PathVariable UUID id, Authentication caller) {
    return move(id, List.of("running", "paused"), "cancelling", "cancel", caller);
  }

  @ExceptionHandler({
    DryRunUnavailableException.class,
    RegistryUnavailableException.class,
    StoreUnavailableException.class
  })
  ProblemDetail away(RuntimeException e) {
    return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }

  private Replay move(UUID id, List<String> from, String to, String act, Authentication caller) {
    find(id);
    replays.move(id, from, to, act, caller.getName());
    worker.nudge();
    return find(id);
  }

  private Replay find(UUID id) {
    return replays.find(id).orElseThrow(() -> new NotFoundException("no replay " + id));
  }

  private ReplayOrder order(ReplayRequest request) {
    Selector selector =
        SelectorFields.ofAct(request.selector(), Boolean.TRUE.equals(request.all()));
    String note = request.note();
    if (note != null && (note.length() > MAX_NOTE || note.indexOf(0) >= 0)) {
      throw new InvalidRequestException("note", "is longer than " + MAX_NOTE);
    }
    return new ReplayOrder(
        selector,
        between("rate", request.rate(), defaultRate, MAX_RATE),
        between("cap", request.cap(), MAX_LETTERS, MAX_LETTERS),
        Boolean.TRUE.equals(request.includeParked()),
        note);
  }

  private static int between(String field, @Nullable Integer given, int standard, int most) {
    if (given != null && (given < 1 || given > most)) {
      throw new InvalidRequestException(field, "must be between 1 and " + most);
    }
    return given == null ? standard : given;
  }
}
