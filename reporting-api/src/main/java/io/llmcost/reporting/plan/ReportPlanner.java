package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.reporting.plan.ReportQuery.Position;
import io.llmcost.reporting.plan.Segment.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans one page of a report: a checked query in, a plan out. */
public final class ReportPlanner {

  /** The rollup's own buckets, which begin at whole quarters of an hour in UTC. */
  static final long ROLLUP_SECONDS = 900;

  private final ReportLimits limits;

  /** Plans within {@code limits}. */
  public ReportPlanner(ReportLimits limits) {
    this.limits = limits;
  }

  /** Returns the plan of the page of {@code query} that begins at its position. */
  public ReportPlan plan(ReportQuery query) {
    List<Bucket> all = buckets(query);
    Position from = query.from();
    if (from.bucket() < 0 || from.bucket() >= all.size()) {
      throw PageToken.invalid("is no page of this report");
    }
    boolean bucketed = query.width().isPresent();
    int most = limits.maxPageRows();
    int last =
        bucketed
            ? (int) Math.min((long) from.bucket() + query.limit().orElse(all.size()), all.size())
            : 1;
    List<Bucket> page = all.subList(from.bucket(), last);
    return new ReportPlan(
        query,
        page,
        segments(query, page),
        bucketed ? most : query.limit().orElse(most),
        last < all.size() ? Optional.of(new Position(last, Optional.empty())) : Optional.empty());
  }

  private List<Bucket> buckets(ReportQuery query) {
    TimeRange range = query.range();
    List<Bucket> buckets = new ArrayList<>();
    Instant start = range.start();
    while (start.isBefore(range.end())) {
      if (buckets.size() == limits.maxBuckets()) {
        throw new InvalidRequestException(
            Parameter.BUCKET_WIDTH.field(),
            "cuts this range into more than %d buckets; give a wider one or a shorter range"
                .formatted(limits.maxBuckets()));
      }
      Instant next = end(query, start);
      buckets.add(new Bucket(buckets.size(), start, next));
      start = next;
    }
    return buckets;
  }

  private static Instant end(ReportQuery query, Instant start) {
    Instant end = query.range().end();
    Instant next = query.width().map(width -> width.next(start, query.zone())).orElse(end);
    return next.isBefore(end) ? next : end;
  }

  // The rollup serves whole quarters between the ends; what the ends cut is read entry by entry.
  private static List<Segment> segments(ReportQuery query, List<Bucket> page) {
    Instant start = page.getFirst().start();
    Instant end = page.getLast().end();
    Instant firstQuarter = quarterFrom(start);
    Instant lastQuarter = Instant.ofEpochSecond(quarterBefore(end));
    if (!servedByRollup(query, page) || !firstQuarter.isBefore(lastQuarter)) {
      return List.of(new Segment(Source.ENTRIES, new TimeRange(start, end)));
    }
    List<Segment> segments = new ArrayList<>();
    add(segments, Source.ENTRIES, start, firstQuarter);
    add(segments, Source.ROLLUP, firstQuarter, lastQuarter);
    add(segments, Source.ENTRIES, lastQuarter, end);
    return segments;
  }

  private static boolean servedByRollup(ReportQuery query, List<Bucket> page) {
    return query.filters().inRollup()
        && query.groupBy().stream().allMatch(GroupKey::inRollup)
        && page.stream().skip(1).allMatch(bucket -> isQuarter(bucket.start()));
  }

  private static void add(List<Segment> segments, Source source, Instant start, Instant end) {
    if (start.isBefore(end)) {
      segments.add(new Segment(source, new TimeRange(start, end)));
    }
  }

  private static boolean isQuarter(Instant instant) {
    return instant.getNano() == 0 && instant.getEpochSecond() % ROLLUP_SECONDS == 0;
  }

  private static long quarterBefore(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), ROLLUP_SECONDS) * ROLLUP_SECONDS;
  }

  private static Instant quarterFrom(Instant instant) {
    return isQuarter(instant)
        ? instant
        : Instant.ofEpochSecond(quarterBefore(instant) + ROLLUP_SECONDS);
  }
}
