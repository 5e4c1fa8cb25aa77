package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A question of {@code /v1/costs} or {@code /v1/totals}, every part of it checked.
 *
 * @param range what is asked about
 * @param width of the buckets; one bucket spans the range where there is none
 * @param zone whose hours, days and months the buckets follow
 * @param groupBy what is told apart, besides the currency, in the order given
 * @param filters what counts
 * @param flat one row per bucket and group in place of nested buckets
 * @param limit most buckets of a page, or most results where there is one bucket
 * @param from where this page begins
 * @param fingerprint of all that stays the same from page to page
 */
public record ReportQuery(
    TimeRange range,
    Optional<BucketWidth> width,
    ZoneId zone,
    List<GroupKey> groupBy,
    Filters filters,
    boolean flat,
    Optional<Integer> limit,
    Position from,
    long fingerprint) {

  public ReportQuery {
    groupBy = List.copyOf(groupBy);
  }

  /**
   * Where a page begins: in bucket {@code bucket}, after the group {@code after}, or with that
   * bucket's first group.
   */
  public record Position(int bucket, Optional<List<String>> after) {
    static final Position START = new Position(0, Optional.empty());
  }

  /** Reads the parameters of {@code /v1/costs}; refuses each wrong one by its name. */
  public static ReportQuery ofCosts(
      Map<String, List<String>> parameters, ReportLimits limits, Instant now) {
    return read(parameters, Parameter.OF_COSTS, limits, now);
  }

  /** Reads the parameters of {@code /v1/totals}: one bucket, one group. */
  public static ReportQuery ofTotals(
      Map<String, List<String>> parameters, ReportLimits limits, Instant now) {
    return read(parameters, Parameter.OF_TOTALS, limits, now);
  }

  private static ReportQuery read(
      Map<String, List<String>> raw, Set<Parameter> known, ReportLimits limits, Instant now) {
    QueryParameters parameters = QueryParameters.of(raw, known, limits);
    ZoneId zone = parameters.zone();
    Optional<BucketWidth> width = parameters.bucketWidth();
    List<GroupKey> groupBy = parameters.groupBy();
    Filters filters = parameters.filters();
    Instant start =
        parameters
            .single(Parameter.START_TIME)
            .map(text -> Timestamps.parse(Parameter.START_TIME, text, zone))
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        Parameter.START_TIME.field(),
                        "is required; give RFC 3339, Unix seconds or a date"));
    Optional<Instant> end =
        parameters
            .single(Parameter.END_TIME)
            .map(text -> Timestamps.parse(Parameter.END_TIME, text, zone));
    long fingerprint = PageToken.fingerprint(start, end, width, zone, groupBy, filters.values());
    Optional<PageStart> page =
        parameters
            .single(Parameter.PAGE)
            .map(text -> PageStart.read(PageToken.decode(text, fingerprint), groupBy));
    // Without an end of its own, a report ends at the first page's now on all its pages.
    TimeRange range = range(start, end, page.map(PageStart::end).orElse(now), limits);
    return new ReportQuery(
        range,
        width,
        zone,
        groupBy,
        filters,
        parameters.flat(),
        parameters.limit(limits.maxPageRows()),
        page.map(PageStart::position).orElse(Position.START),
        fingerprint);
  }

  private static TimeRange range(
      Instant start, Optional<Instant> given, Instant otherwise, ReportLimits limits) {
    Instant end = given.orElse(otherwise);
    if (!start.isBefore(end)) {
      throw given.isPresent()
          ? new InvalidRequestException(
              Parameter.END_TIME.field(),
              "%s is not after start_time %s; the end is exclusive, so give a later one"
                  .formatted(end, start))
          : new InvalidRequestException(
              Parameter.START_TIME.field(),
              "%s is not before now, %s, where a report without end_time ends"
                  .formatted(start, end));
    }
    if (start.plus(limits.maxRange()).isBefore(end)) {
      throw new InvalidRequestException(
          Parameter.END_TIME.field(),
          "is more than %d days after start_time; ask for a shorter range"
              .formatted(limits.maxRange().toDays()));
    }
    return new TimeRange(start, end);
  }

  String nextPage(Position position) {
    return PageStart.token(fingerprint, range.end(), position).encode();
  }
}
