package io.llmcost.reporting.request;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import io.llmcost.reporting.answer.Call;
import io.llmcost.reporting.answer.Csv;
import io.llmcost.reporting.ledger.ReportingSettings;
import io.llmcost.reporting.plan.RequestQuery;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/requests} and {@code /v1/requests/{event_id}}. */
@RestController
@Tag(name = "Requests")
class RequestController {

  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final RequestReader reader;
  private final ReportingSettings settings;

  RequestController(RequestReader reader, ReportingSettings settings) {
    this.reader = reader;
    this.settings = settings;
  }

  @Operation(
      operationId = "listRequests",
      summary = "Single requests, newest first",
      description =
          "Each with its tokens and what it costs now. Find one by `external_id` or `request_id`;"
              + " no time is required. As CSV, a `Link` header with rel=next leads on.")
  @ApiResponse(
      responseCode = "200",
      description = "A page of requests.",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = RequestViews.PageView.class)),
        @Content(mediaType = Csv.MEDIA_TYPE, schema = @Schema(type = "string"))
      })
  @GetMapping(path = "/v1/requests", produces = MediaType.APPLICATION_JSON_VALUE)
  RequestViews.PageView list(HttpServletRequest request) {
    return reader.page(RequestQuery.of(Call.parameters(request), settings.limits()));
  }

  @Hidden
  @GetMapping(path = "/v1/requests", produces = Csv.MEDIA_TYPE)
  void listAsCsv(HttpServletRequest request, HttpServletResponse response) throws IOException {
    RequestViews.PageView page = list(request);
    RequestCsv.of(page.data()).answer(request, response, Optional.ofNullable(page.nextPage()));
  }

  @Operation(
      operationId = "getRequest",
      summary = "One request",
      description = "Its event, its cost line by line, and every revision of it.")
  @ApiResponse(responseCode = "200", description = "The request.")
  @ApiResponse(
      responseCode = "404",
      description = "The ledger has no such request (yet).",
      content = @Content(mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE))
  @GetMapping(path = "/v1/requests/{event_id}", produces = MediaType.APPLICATION_JSON_VALUE)
  RequestViews.RequestView one(
      @Parameter(
              description = "The event's id, a UUID.",
              example = "019ab3c4-5d6e-7f80-91a2-b3c4d5e6f708")
          @PathVariable("event_id")
          String eventId) {
    if (!ID.matcher(eventId).matches()) {
      throw new InvalidRequestException(
          "event_id",
          "is no UUID; for a producer's or caller's own id, ask /v1/requests with external_id or"
              + " request_id");
    }
    return reader
        .one(UUID.fromString(eventId))
        .orElseThrow(
            () ->
                new NotFoundException(
                    "The ledger has no request "
                        + eventId
                        + "; if it is new, see complete_through in /v1/totals."));
  }
}
