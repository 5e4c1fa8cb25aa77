package io.llmcost.calculator.estimate;

import io.llmcost.calculator.pricebook.PriceBookKeeper;
import io.llmcost.calculator.pricing.PriceBook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Estimates over REST. */
@RestController
@RequestMapping("/v1/estimates")
@Tag(name = "estimates")
class EstimateController {

  private final PriceBookKeeper keeper;
  private final Clock clock;
  private final Estimator estimator = new Estimator();

  EstimateController(PriceBookKeeper keeper, Clock clock) {
    this.keeper = keeper;
    this.clock = clock;
  }

  @PostMapping
  @PreAuthorize("hasAuthority('reports:read')")
  @Operation(
      summary = "What a call would cost",
      description =
          "One of usage, prompt_tokens, text and messages says what goes in. Text is counted by the"
              + " model's own tokenizer where its provider publishes one (tokens.source tokenizer),"
              + " else by another's (estimated); it is neither kept nor logged.")
  EstimateViews.Answer estimate(@RequestBody EstimateViews.Request request) {
    PriceBook book =
        keeper.current().orElseThrow(() -> new IllegalStateException("no price book yet"));
    return estimator.estimate(book, request, clock.instant());
  }
}
