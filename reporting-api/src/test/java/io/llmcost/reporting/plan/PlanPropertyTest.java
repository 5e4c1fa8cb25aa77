package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.plan.Segment.Source;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random ranges in random zones: a plan read from a rollup and entries in memory gives what a plain
 * sum over the entries gives.
 */
class PlanPropertyTest {

  private static final List<String> TRICKY =
      List.of(
          "America/St_Johns",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "Pacific/Chatham",
          "America/Havana",
          "Africa/Casablanca",
          "Pacific/Apia",
          "UTC");

  record Spent(Instant at, BigDecimal amount) {}

  static Stream<Long> seeds() {
    return new Random(20261124).longs(300).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void groupsAddUpToTheTotalOfTheRange(long seed) {
    Random random = new Random(seed);
    Instant start = instant(random);
    Instant end =
        start.plusNanos(1000 * (1 + (random.nextLong() >>> 1) % (100L * 86_400_000_000L)));
    BucketWidth width = List.of(BucketWidth.values()).get(random.nextInt(4));
    ZoneId zone = zone(random);
    ReportQuery query =
        Queries.costs(
            "start_time=%s&end_time=%s&bucket_width=%s&time_zone=%s"
                .formatted(start, end, width.parameter(), zone));
    ReportPlan plan = new ReportPlanner(Queries.LIMITS).plan(query);
    List<Spent> entries = entries(random, plan);

    assertPartitions(plan);
    assertLocal(plan, width, zone);
    assertThat(asPlanned(plan, entries)).isEqualTo(plainly(plan, entries));
  }

  private static void assertPartitions(ReportPlan plan) {
    Instant at = plan.query().range().start();
    for (Bucket bucket : plan.buckets()) {
      assertThat(bucket.start()).isEqualTo(at).isBefore(bucket.end());
      at = bucket.end();
    }
    assertThat(at).isEqualTo(plan.query().range().end());
    at = plan.query().range().start();
    for (Segment segment : plan.segments()) {
      assertThat(segment.range().start()).isEqualTo(at);
      at = segment.range().end();
    }
    assertThat(at).isEqualTo(plan.query().range().end());
  }

  // No bucket has instants of two calendar units, and none is cut without the clock saying so.
  private static void assertLocal(ReportPlan plan, BucketWidth width, ZoneId zone) {
    for (Bucket bucket : plan.buckets()) {
      Instant last = bucket.end().minusNanos(1);
      switch (width) {
        case MONTH ->
            assertThat(bucket.start().atZone(zone).getMonth())
                .isEqualTo(last.atZone(zone).getMonth());
        case DAY ->
            assertThat(bucket.start().atZone(zone).toLocalDate())
                .isEqualTo(last.atZone(zone).toLocalDate());
        case HOUR ->
            assertThat(bucket.start().atZone(zone).truncatedTo(ChronoUnit.HOURS))
                .isEqualTo(last.atZone(zone).truncatedTo(ChronoUnit.HOURS));
        case QUARTER_HOUR ->
            assertThat(ChronoUnit.MINUTES.between(bucket.start(), last)).isLessThan(15);
      }
    }
  }

  private static Map<Integer, BigDecimal> asPlanned(ReportPlan plan, List<Spent> entries) {
    Map<Instant, BigDecimal> rollup = new TreeMap<>();
    for (Spent entry : entries) {
      long quarter = Math.floorDiv(entry.at().getEpochSecond(), 900L) * 900;
      rollup.merge(Instant.ofEpochSecond(quarter), entry.amount(), BigDecimal::add);
    }
    Map<Integer, BigDecimal> sums = new TreeMap<>();
    for (Segment segment : plan.segments()) {
      if (segment.source() == Source.ROLLUP) {
        rollup.forEach((at, amount) -> add(plan, segment, at, amount, sums));
      } else {
        entries.forEach(entry -> add(plan, segment, entry.at(), entry.amount(), sums));
      }
    }
    return sums;
  }

  private static void add(
      ReportPlan plan,
      Segment segment,
      Instant at,
      BigDecimal amount,
      Map<Integer, BigDecimal> sums) {
    if (segment.range().contains(at)) {
      // As width_bucket does: the last bucket that starts no later.
      int index = -1;
      for (Bucket bucket : plan.buckets()) {
        if (bucket.start().isAfter(at)) {
          break;
        }
        index = bucket.index();
      }
      sums.merge(index, amount, BigDecimal::add);
    }
  }

  private static Map<Integer, BigDecimal> plainly(ReportPlan plan, List<Spent> entries) {
    Map<Integer, BigDecimal> sums = new TreeMap<>();
    for (Spent entry : entries) {
      for (Bucket bucket : plan.buckets()) {
        if (!entry.at().isBefore(bucket.start()) && entry.at().isBefore(bucket.end())) {
          sums.merge(bucket.index(), entry.amount(), BigDecimal::add);
        }
      }
    }
    return sums;
  }

  // Some anywhere, some just where buckets and segments meet.
  private static List<Spent> entries(Random random, ReportPlan plan) {
    List<Instant> times = new ArrayList<>();
    TimeRange range = plan.query().range();
    long micros = ChronoUnit.MICROS.between(range.start(), range.end());
    for (int i = 0; i < 200; i++) {
      long offset = random.nextLong(-micros / 10 - 1, micros + micros / 10 + 1);
      times.add(range.start().plus(offset, ChronoUnit.MICROS));
    }
    for (int i = 0; i < 20; i++) {
      Bucket bucket = plan.buckets().get(random.nextInt(plan.buckets().size()));
      times.addAll(List.of(bucket.start(), bucket.end(), bucket.end().minusNanos(1000)));
    }
    plan.segments()
        .forEach(s -> times.addAll(List.of(s.range().start(), s.range().end().minusNanos(1000))));
    return times.stream()
        .map(at -> new Spent(at, new BigDecimal(random.nextLong(1_000_000_000)).movePointLeft(18)))
        .toList();
  }

  private static Instant instant(Random random) {
    Instant any = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(random.nextInt(220_000_000));
    return switch (random.nextInt(3)) {
      case 0 -> any.truncatedTo(ChronoUnit.DAYS);
      case 1 -> Instant.ofEpochSecond(any.getEpochSecond() / 900 * 900);
      default -> any.plusNanos(1000L * random.nextInt(1_000_000));
    };
  }

  private static ZoneId zone(Random random) {
    List<String> all = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return ZoneId.of(
        random.nextBoolean()
            ? TRICKY.get(random.nextInt(TRICKY.size()))
            : all.get(random.nextInt(all.size())));
  }
}
