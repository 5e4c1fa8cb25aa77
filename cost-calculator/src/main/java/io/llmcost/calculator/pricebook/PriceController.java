package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.PriceViews.ChangePage;
import io.llmcost.calculator.pricebook.PriceViews.ChangeResult;
import io.llmcost.calculator.pricebook.PriceViews.PriceHistory;
import io.llmcost.calculator.pricebook.PriceViews.PricePage;
import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** The price book over REST. */
@RestController
@RequestMapping("/v1/prices")
@Tag(name = "prices")
class PriceController {

  private static final int MAX_LIMIT = 1_000;

  private final PriceQueries queries;
  private final PriceAdministration administration;
  private final Clock clock;

  PriceController(
      @Lazy PriceQueries queries, @Lazy PriceAdministration administration, Clock clock) {
    this.queries = queries;
    this.administration = administration;
    this.clock = clock;
  }

  /** When a price is taken out of force; its own beginning where left out. */
  record Deactivation(@Nullable String effectiveFrom) {}

  /**
   * What is taken out of force.
   *
   * @param name a model as the book names it, or {@code default}
   */
  record NamedDeactivation(
      @Nullable String name, @Nullable String provider, @Nullable String effectiveFrom) {}

  @GetMapping
  @Operation(summary = "Prices that stand, past, present and scheduled; with at, those in force")
  @Nullable ResponseEntity<PricePage> list(
      @RequestParam(required = false) @Nullable String provider,
      @RequestParam(required = false) @Nullable String model,
      @RequestParam(required = false) @Nullable String meter,
      @RequestParam(required = false) @Nullable String at,
      @RequestParam(defaultValue = "false") boolean scheduled,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable String page,
      WebRequest request) {
    checkLimit(limit);
    if (scheduled && at != null) {
      throw new InvalidRequestException("scheduled", "is about the future, not about 'at'");
    }
    var filter =
        new PriceQueries.Filter(
            provider == null ? null : provider.toLowerCase(Locale.ROOT),
            model,
            meter,
            at == null ? null : PriceRules.time("at", at),
            scheduled ? clock.instant() : null);
    if (request.checkNotModified(StaleVersion.etag(queries.version()))) {
      return null;
    }
    PricePage found = queries.list(filter, limit, page);
    return ResponseEntity.ok().eTag(StaleVersion.etag(found.priceBookVersion())).body(found);
  }

  @GetMapping("/{id}")
  @Operation(summary = "One price, and every row that its key ever had")
  @Nullable ResponseEntity<PriceHistory> history(@PathVariable long id, WebRequest request) {
    String tag = StaleVersion.etag(queries.version());
    return request.checkNotModified(tag)
        ? null
        : ResponseEntity.ok().eTag(tag).body(queries.history(id));
  }

  @GetMapping("/changes")
  @Operation(summary = "Every version of the book, the latest first: who made it, when and how")
  ChangePage changes(
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable String page) {
    checkLimit(limit);
    return queries.changes(limit, page);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(
      summary =
          "Puts a price in force, from now where effective_from is left out; a later one schedules",
      description =
          "Earlier prices of the same key are shortened. One that begins with the new price or"
              + " after it is displaced only with replace=true; otherwise the answer is 409. With"
              + " If-Match the price is set only on the version of the book that it names, the ETag"
              + " of a list; else 412.")
  ChangeResult set(
      @RequestBody PriceDraft price,
      @RequestParam(defaultValue = "false") boolean replace,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      Authentication caller) {
    return ChangeResult.of(administration.set(price, replace, ifMatch, caller.getName()));
  }

  @PostMapping("/{id}/deactivate")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Takes one price out of force")
  ChangeResult deactivate(
      @PathVariable long id,
      @RequestBody(required = false) @Nullable Deactivation deactivation,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      Authentication caller) {
    Instant from = from(deactivation == null ? null : deactivation.effectiveFrom());
    return ChangeResult.of(administration.deactivate(id, from, ifMatch, caller.getName()));
  }

  @PostMapping("/deactivate")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Takes every price of a model, or the default entry, out of force")
  ChangeResult deactivate(
      @RequestBody NamedDeactivation deactivation,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      Authentication caller) {
    String name = deactivation.name();
    if (name == null || name.isBlank()) {
      throw new InvalidRequestException("name", "is required: a model, or default");
    }
    return ChangeResult.of(
        administration.deactivate(
            name,
            deactivation.provider(),
            from(deactivation.effectiveFrom()),
            ifMatch,
            caller.getName()));
  }

  @ExceptionHandler
  ProblemDetail refused(PriceRefused e) {
    return Problems.invalid(e.field(), e.reason());
  }

  @ExceptionHandler
  ProblemDetail stale(StaleVersion e) {
    return Problems.of(HttpStatus.PRECONDITION_FAILED, String.valueOf(e.getMessage()));
  }

  // The database has the last word on ranges: two changes at once may both have looked fine.
  @ExceptionHandler({DataIntegrityViolationException.class, ConstraintViolationException.class})
  ProblemDetail refusedByDatabase() {
    return Problems.about(
        HttpStatus.CONFLICT,
        "effective_from",
        "the range overlaps a standing price of the same key, or another change was made at once");
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", limit + " is not between 1 and " + MAX_LIMIT);
    }
  }

  private static @Nullable Instant from(@Nullable String text) {
    return text == null ? null : PriceRules.time("effective_from", text);
  }
}
