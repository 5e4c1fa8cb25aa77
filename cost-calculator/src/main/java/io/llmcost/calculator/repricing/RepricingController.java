package io.llmcost.calculator.repricing;

import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.repricing.RepricingViews.RepricingPage;
import io.llmcost.calculator.repricing.RepricingViews.RepricingView;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/repricings}: the past priced by the book as it is now. */
@RestController
@RequestMapping("/v1/repricings")
@Tag(name = "repricings")
class RepricingController {
  static final int MAX_LIMIT = 100;

  private final Repricings repricings;
  private final RepricingReader reader;
  private final int standardRate;

  RepricingController(Repricings repricings, RepricingReader reader, CalculatorSettings settings) {
    this.repricings = repricings;
    this.reader = reader;
    this.standardRate = settings.repricing().rate();
  }

  /**
   * What is asked for.
   *
   * @param reason stays in the audit
   * @param dryRun true where left out: nothing is sent before {@code apply}
   * @param rate targets a second
   */
  record Request(
      SelectionFields.@Nullable Request selector,
      @Nullable String reason,
      @Nullable Boolean dryRun,
      @Nullable Integer rate) {}

  @PostMapping
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(
      summary =
          "Examines past requests by the stored price book; with dry_run false what was found is"
              + " applied at once")
  ResponseEntity<RepricingView> make(
      @RequestBody Request request,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      Authentication caller) {
    Repricings.Made made =
        repricings.reprice(
            request.selector(),
            new Repricings.Asked(
                caller.getName(),
                request.reason(),
                !Boolean.FALSE.equals(request.dryRun()),
                SelectionFields.rate(request.rate(), standardRate),
                key,
                request));
    return answer("/v1/repricings/", made, show(made.id()));
  }

  @GetMapping
  @Operation(summary = "Repricings, newest first")
  RepricingPage list(
      @RequestParam(defaultValue = "20") int limit,
      @RequestParam(required = false) @Nullable UUID page) {
    return reader.list(Repricings.REPRICING, page, limit(limit));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One repricing: what it found, what was sent, what the ledger made of it")
  RepricingView show(@PathVariable UUID id) {
    return reader.view(repricings.find(id, Repricings.REPRICING), true);
  }

  @PostMapping("/{id}/apply")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(
      summary = "Sends what was examined; 409 where the price book has changed since",
      description = "Applying it again changes nothing.")
  RepricingView apply(@PathVariable UUID id, Authentication caller) {
    repricings.apply(id, Repricings.REPRICING, caller.getName());
    return show(id);
  }

  @PostMapping("/{id}/cancel")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Sends no more of it; what was sent stays")
  RepricingView cancel(@PathVariable UUID id, Authentication caller) {
    repricings.cancel(id, Repricings.REPRICING, caller.getName());
    return show(id);
  }

  static ResponseEntity<RepricingView> answer(
      String path, Repricings.Made made, RepricingView view) {
    return made.isNew()
        ? ResponseEntity.created(URI.create(path + made.id())).body(view)
        : ResponseEntity.ok(view);
  }

  static int limit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", limit + " is not between 1 and " + MAX_LIMIT);
    }
    return limit;
  }
}
