package io.llmcost.reporting.reported;

import io.llmcost.reporting.answer.Call;
import io.llmcost.reporting.ledger.ReportingSettings;
import io.llmcost.reporting.plan.ReportQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/reported-costs}. */
@RestController
@Tag(name = "Reports")
class ReportedCostController {

  private final ReportedCostReader reader;
  private final ReportingSettings settings;
  private final Clock clock;

  ReportedCostController(ReportedCostReader reader, ReportingSettings settings, Clock clock) {
    this.reader = reader;
    this.settings = settings;
    this.clock = clock;
  }

  @Operation(
      operationId = "getReportedCosts",
      summary = "Costs that providers reported, beside ours",
      description =
          "By provider and model, of those requests alone that came with a cost, as OpenRouter and"
              + " xAI tell it; the largest differences first.")
  @ApiResponse(responseCode = "200", description = "The comparison.")
  @GetMapping(path = "/v1/reported-costs", produces = MediaType.APPLICATION_JSON_VALUE)
  ReportedCosts reportedCosts(HttpServletRequest request) {
    return reader.read(
        ReportQuery.ofTotals(
            Call.parameters(request),
            settings.limits(),
            clock.instant().truncatedTo(ChronoUnit.MICROS)));
  }
}
