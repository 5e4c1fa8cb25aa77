package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A question of {@code /v1/requests}, every part of it checked; answered newest first.
 *
 * @param start first instant, where given
 * @param end first instant after it, where given
 * @param filters what is listed
 * @param costStatuses how the costing stands now; any, where empty
 * @param externalId the producer's own id, where given
 * @param requestId the caller's own id, where given
 * @param limit most requests of the page
 * @param after the last request of the page before, where there was one
 * @param fingerprint of all that stays the same from page to page
 */
public record RequestQuery(
    Optional<Instant> start,
    Optional<Instant> end,
    Filters filters,
    List<String> costStatuses,
    Optional<String> externalId,
    Optional<String> requestId,
    int limit,
    Optional<Place> after,
    long fingerprint) {

  private static final int USUAL_LIMIT = 100;

  public RequestQuery {
    costStatuses = List.copyOf(costStatuses);
  }

  /** A request's place in the order of the list. */
  public record Place(Instant occurredAt, UUID eventId) {}

  /** Reads the parameters of {@code /v1/requests}; refuses each wrong one by its name. */
  public static RequestQuery of(Map<String, List<String>> raw, ReportLimits limits) {
    QueryParameters parameters = QueryParameters.of(raw, Parameter.OF_REQUESTS, limits);
    ZoneId zone = parameters.zone();
    Optional<Instant> start = time(parameters, Parameter.START_TIME, zone);
    Optional<Instant> end = time(parameters, Parameter.END_TIME, zone);
    if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
      throw new InvalidRequestException(
          Parameter.END_TIME.field(),
          "%s is not after start_time %s; the end is exclusive, so give a later one"
              .formatted(end.get(), start.get()));
    }
    Filters filters = parameters.filters();
    List<String> costStatuses = parameters.costStatuses();
    Optional<String> externalId = parameters.single(Parameter.EXTERNAL_ID);
    Optional<String> requestId = parameters.single(Parameter.REQUEST_ID);
    long fingerprint =
        PageToken.fingerprint(start, end, filters.values(), costStatuses, externalId, requestId);
    return new RequestQuery(
        start,
        end,
        filters,
        costStatuses,
        externalId,
        requestId,
        parameters
            .limit(limits.maxPageRequests())
            .orElse(Math.min(USUAL_LIMIT, limits.maxPageRequests())),
        parameters.single(Parameter.PAGE).map(text -> place(PageToken.decode(text, fingerprint))),
        fingerprint);
  }

  /** Returns the token of the page that begins after {@code place}. */
  public String nextPage(Place place) {
    return new PageToken(
            fingerprint, List.of(place.occurredAt().toString(), place.eventId().toString()))
        .encode();
  }

  private static Optional<Instant> time(
      QueryParameters parameters, Parameter parameter, ZoneId zone) {
    return parameters.single(parameter).map(text -> Timestamps.parse(parameter, text, zone));
  }

  private static Place place(PageToken token) {
    List<String> fields = token.fields();
    try {
      if (fields.size() == 2) {
        return new Place(Instant.parse(fields.getFirst()), UUID.fromString(fields.get(1)));
      }
    } catch (DateTimeException | IllegalArgumentException e) {
      // Refused below, like a token of another length.
    }
    throw PageToken.invalid("is no page of this list");
  }
}
