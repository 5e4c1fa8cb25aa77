package io.llmcost.reporting.report;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.reporting.answer.Call;
import io.llmcost.reporting.answer.Csv;
import io.llmcost.reporting.ledger.ReportingSettings;
import io.llmcost.reporting.plan.Parameter;
import io.llmcost.reporting.plan.ReportPage;
import io.llmcost.reporting.plan.ReportPlanner;
import io.llmcost.reporting.plan.ReportQuery;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/costs} and {@code /v1/totals}. */
@RestController
@Tag(name = "Reports")
class ReportController {

  private static final String COSTS_JSON =
      """
      {"object": "page", "data": [{"start_time": "2023-11-01T00:00:00Z", "end_time": "2023-12-01T00:00:00Z",
        "results": [{"amount": {"value": "556.55298", "currency": "USD"}, "model": "gpt-4", "requests": 8819,
          "prompt_tokens": 18059974, "completion_tokens": 245896, "fallback_requests": 0, "unpriced_requests": 0,
          "is_floor": false}]}], "has_more": false, "next_page": null}
      """;
  private static final String COSTS_CSV =
      """
      start_time,end_time,model,amount,currency,requests,prompt_tokens,completion_tokens,fallback_requests,unpriced_requests,is_floor
      2023-11-01T00:00:00Z,2023-12-01T00:00:00Z,gpt-4,556.55298,USD,8819,18059974,245896,0,0,false
      """;

  private final ReportPlanner planner;
  private final ReportReader reader;
  private final ReportingSettings settings;
  private final Clock clock;

  ReportController(
      ReportPlanner planner, ReportReader reader, ReportingSettings settings, Clock clock) {
    this.planner = planner;
    this.reader = reader;
    this.settings = settings;
    this.clock = clock;
  }

  @Operation(
      operationId = "getCosts",
      summary = "Costs by bucket and group",
      description =
          "Groups add up to the total in any zone, across changes of its clock. Amounts of several"
              + " currencies are results of their own. As CSV the answer has one line per bucket"
              + " and group; with `limit`, a `Link` header with rel=next leads on, without it an"
              + " answer that does not fit is refused rather than cut.")
  @ApiResponse(
      responseCode = "200",
      description = "A page of the report.",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = CostViews.PageView.class),
            examples = @ExampleObject(COSTS_JSON)),
        @Content(
            mediaType = Csv.MEDIA_TYPE,
            schema = @Schema(type = "string"),
            examples = @ExampleObject(COSTS_CSV))
      })
  @GetMapping(path = "/v1/costs", produces = MediaType.APPLICATION_JSON_VALUE)
  CostViews.PageView costs(HttpServletRequest request) {
    ReportPage page = page(request);
    return page.query().flat() ? CostViews.flat(page) : CostViews.nested(page);
  }

  @Hidden
  @GetMapping(path = "/v1/costs", produces = Csv.MEDIA_TYPE)
  void costsAsCsv(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ReportPage page = page(request);
    if (page.nextPage().isPresent() && page.query().limit().isEmpty()) {
      throw new InvalidRequestException(
          Parameter.LIMIT.field(),
          "is needed: this report has more than %d rows; give a limit and follow the Link header, or ask for less"
              .formatted(settings.maxPageRows()));
    }
    CostViews.csv(page).answer(request, response, page.nextPage());
  }

  @Operation(
      operationId = "getTotals",
      summary = "Totals",
      description = "One set of sums over a range, and how far the ledger is complete.")
  @ApiResponse(
      responseCode = "200",
      description = "The totals.",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = TotalsView.class)),
        @Content(mediaType = Csv.MEDIA_TYPE, schema = @Schema(type = "string"))
      })
  @GetMapping(path = "/v1/totals", produces = MediaType.APPLICATION_JSON_VALUE)
  TotalsView totals(HttpServletRequest request) {
    return TotalsView.of(totalsOf(request), settings.currency());
  }

  @Hidden
  @GetMapping(path = "/v1/totals", produces = Csv.MEDIA_TYPE)
  void totalsAsCsv(HttpServletRequest request, HttpServletResponse response) throws IOException {
    TotalsView.csv(totalsOf(request), settings.currency())
        .answer(request, response, java.util.Optional.empty());
  }

  private ReportPage page(HttpServletRequest request) {
    ReportQuery query = ReportQuery.ofCosts(Call.parameters(request), settings.limits(), now());
    return reader.page(planner.plan(query));
  }

  private Totals totalsOf(HttpServletRequest request) {
    ReportQuery query = ReportQuery.ofTotals(Call.parameters(request), settings.limits(), now());
    return reader.totals(planner.plan(query));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
