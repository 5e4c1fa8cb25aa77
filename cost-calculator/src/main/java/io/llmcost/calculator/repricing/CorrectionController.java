package io.llmcost.calculator.repricing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.calculator.CalculatorSettings;
import io.llmcost.calculator.repricing.RepricingViews.RepricingPage;
import io.llmcost.calculator.repricing.RepricingViews.RepricingView;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** {@code /v1/corrections}: single requests that used something else, or never were. */
@RestController
@RequestMapping("/v1/corrections")
@Tag(name = "corrections")
class CorrectionController {

  private final Repricings repricings;
  private final RepricingReader reader;
  private final int standardRate;

  CorrectionController(Repricings repricings, RepricingReader reader, CalculatorSettings settings) {
    this.repricings = repricings;
    this.reader = reader;
    this.standardRate = settings.repricing().rate();
  }

  /**
   * One correction, or several in {@code corrections}.
   *
   * @param usage all that the event used, not only what differs
   * @param takenBack the event counts for nothing; in place of {@code usage}
   * @param reason stays in the audit
   * @param dryRun true: nothing is sent before {@code apply}
   */
  record Request(
      @Nullable String eventId,
      @Nullable List<CorrectionFields.UsageRequest> usage,
      @JsonProperty("void") @Nullable Boolean takenBack,
      @Nullable Long contextTokens,
      @Nullable List<CorrectionFields.@Nullable One> corrections,
      @Nullable String reason,
      @Nullable Boolean dryRun) {}

  @PostMapping
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(
      summary = "Gives requests other usage, or takes them back; all that are given, or none",
      description =
          "What was used is priced as of when the request occurred. The same Idempotency-Key again"
              + " gives the correction that was made the first time.")
  ResponseEntity<RepricingView> make(
      @RequestBody Request request,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      Authentication caller) {
    Repricings.Made made =
        repricings.correct(
            corrections(request),
            new Repricings.Asked(
                caller.getName(),
                request.reason(),
                Boolean.TRUE.equals(request.dryRun()),
                standardRate,
                key,
                request));
    return RepricingController.answer("/v1/corrections/", made, show(made.id()));
  }

  private static Map<String, CorrectionFields.One> corrections(Request request) {
    List<CorrectionFields.@Nullable One> several = request.corrections();
    Map<String, CorrectionFields.One> corrections = new LinkedHashMap<>();
    if (several == null) {
      corrections.put(
          "",
          new CorrectionFields.One(
              request.eventId(), request.usage(), request.takenBack(), request.contextTokens()));
      return corrections;
    }
    if (request.eventId() != null || request.usage() != null || request.takenBack() != null) {
      throw new InvalidRequestException("corrections", "give either one correction or several");
    }
    if (several.isEmpty() || several.size() > CorrectionFields.MAX_CORRECTIONS) {
      throw new InvalidRequestException(
          "corrections",
          several.size() + " are not between 1 and " + CorrectionFields.MAX_CORRECTIONS);
    }
    for (int i = 0; i < several.size(); i++) {
      CorrectionFields.One one = several.get(i);
      if (one == null) {
        throw new InvalidRequestException("corrections[" + i + "]", "is null");
      }
      corrections.put("corrections[" + i + "].", one);
    }
    return corrections;
  }

  @GetMapping
  @Operation(summary = "Corrections, newest first")
  RepricingPage list(
      @RequestParam(defaultValue = "20") int limit,
      @RequestParam(required = false) @Nullable UUID page) {
    return reader.list(Repricings.CORRECTION, page, RepricingController.limit(limit));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One correction: what it would change, and what the ledger made of it")
  RepricingView show(@PathVariable UUID id) {
    return reader.view(repricings.find(id, Repricings.CORRECTION), true);
  }

  @PostMapping("/{id}/apply")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Sends what was examined; 409 where the price book has changed since")
  RepricingView apply(@PathVariable UUID id, Authentication caller) {
    repricings.apply(id, Repricings.CORRECTION, caller.getName());
    return show(id);
  }

  @PostMapping("/{id}/cancel")
  @PreAuthorize("hasAuthority('prices:write')")
  @Operation(summary = "Sends no more of it; what was sent stays")
  RepricingView cancel(@PathVariable UUID id, Authentication caller) {
    repricings.cancel(id, Repricings.CORRECTION, caller.getName());
    return show(id);
  }
}
