package io.llmcost.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.LedgerFixture;
import io.llmcost.reporting.LedgerFixture.Entry;
import io.llmcost.reporting.ReportingApi;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Random reports over 2025, in zones with changes of the clock, held against sums that are made of
 * the same entries in memory.
 */
class ReportPropertyIT extends ReportingApi {

  private static final Instant FIRST = Instant.parse("2025-01-01T00:00:00Z");
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "America/St_Johns",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "Europe/Berlin",
          "America/Havana",
          "Pacific/Chatham");
  private static final Map<String, Function<Entry, String>> GROUPS =
      Map.of(
          "project", Entry::project,
          "provider", Entry::provider,
          "model", Entry::model,
          "request_type", Entry::requestType,
          "user_id", Entry::userId,
          "status", Entry::status,
          "tag:team", entry -> entry.team() == null ? "" : entry.team(),
          "trackable", entry -> entry.team() == null ? "" : "ticket:" + entry.team());

  private static List<Entry> entries = List.of();

  record Sum(BigDecimal amount, long requests, long tokens, long fallback, long unpriced) {
    static final Sum NONE = new Sum(BigDecimal.ZERO, 0, 0, 0, 0);

    Sum plus(Sum more) {
      return new Sum(
          amount.add(more.amount),
          requests + more.requests,
          tokens + more.tokens,
          fallback + more.fallback,
          unpriced + more.unpriced);
    }

    static Sum of(Entry entry) {
      return new Sum(
          entry.totalCost().stripTrailingZeros(),
          entry.requests(),
          entry.promptTokens() + entry.completionTokens(),
          entry.fallbackRequests(),
          entry.unpricedRequests());
    }

    static Sum of(JsonNode result) {
      return new Sum(
          new BigDecimal(result.path("amount").path("value").asString()),
          result.path("requests").asLong(),
          result.path("prompt_tokens").asLong() + result.path("completion_tokens").asLong(),
          result.path("fallback_requests").asLong(),
          result.path("unpriced_requests").asLong());
    }

    Sum plain() {
      return new Sum(amount.setScale(18), requests, tokens, fallback, unpriced);
    }
  }

  @BeforeAll
  static void fill() {
    Random random = new Random(7);
    List<Entry> made = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      Entry entry = entry(random);
      made.add(entry);
      if (random.nextInt(10) == 0) {
        made.add(revision(entry, random));
      }
    }
    entries = List.copyOf(made);
    LEDGER.insert(entries);
    LEDGER.fillRollups();
  }

  static Stream<Long> seeds() {
    return new Random(42).longs(60).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyBucketAndGroupIsWhatItsEntriesComeTo(long seed) {
    Random random = new Random(seed);
    String zone = ZONES.get(random.nextInt(ZONES.size()));
    String width = List.of("1h", "1d", "1M", "").get(random.nextInt(4));
    Instant start = edge(random, FIRST.plusSeconds(random.nextInt(300 * 86_400)));
    Instant end = edge(random, start.plusSeconds(7_200 + random.nextInt(90 * 86_400)));
    List<String> groups =
        GROUPS.keySet().stream().sorted().filter(g -> random.nextInt(4) == 0).toList();
    boolean filtered = random.nextInt(3) == 0;
    String path =
        "start_time=%s&end_time=%s&time_zone=%s".formatted(start, end, zone)
            + (filtered ? "&models=m1&models=m2" : "");
    String report =
        "/v1/costs?"
            + path
            + (width.isEmpty() ? "" : "&bucket_width=" + width)
            + groups.stream().map(g -> "&group_by=" + encode(g)).collect(Collectors.joining());
    List<Entry> meant =
        entries.stream()
            .filter(e -> !e.occurredAt().isBefore(start) && e.occurredAt().isBefore(end))
            .filter(e -> !filtered || e.model().equals("m1") || e.model().equals("m2"))
            .toList();

    Map<String, Sum> expected = expected(meant, groups, width, ZoneId.of(zone));
    Map<String, Sum> reported = reported(pages(report), groups, width, ZoneId.of(zone));
    assertThat(differences(reported, expected)).as(report).isEmpty();
    Map<String, Sum> paged =
        reported(
            pages(report + "&limit=" + (5 + random.nextInt(60))), groups, width, ZoneId.of(zone));
    assertThat(differences(paged, expected)).as(report).isEmpty();
    assertTotals(path, meant);
  }

  private static List<String> differences(Map<String, Sum> reported, Map<String, Sum> expected) {
    return Stream.concat(reported.keySet().stream(), expected.keySet().stream())
        .distinct()
        .filter(key -> !Objects.equals(reported.get(key), expected.get(key)))
        .map(key -> key + ": " + reported.get(key) + " for " + expected.get(key))
        .limit(5)
        .toList();
  }

  private void assertTotals(String path, List<Entry> meant) {
    JsonNode totals = get("/v1/totals?" + path).json();
    Sum sum = meant.stream().map(Sum::of).reduce(Sum.NONE, Sum::plus);
    assertThat(totals.path("requests").asLong(-1)).isEqualTo(sum.requests());
    assertThat(totals.path("total_tokens").asLong(-1)).isEqualTo(sum.tokens());
    assertThat(totals.path("unpriced_requests").asLong(-1)).isEqualTo(sum.unpriced());
    assertThat(totals.path("fallback_requests").asLong(-1)).isEqualTo(sum.fallback());
    for (String status : List.of("succeeded", "failed", "cancelled")) {
      assertThat(totals.path(status).asLong(-1))
          .isEqualTo(
              meant.stream()
                  .filter(e -> e.status().equals(status))
                  .mapToLong(Entry::requests)
                  .sum());
    }
    Map<String, BigDecimal> amounts = new TreeMap<>();
    meant.forEach(e -> amounts.merge(e.currency(), e.totalCost(), BigDecimal::add));
    for (JsonNode amount : totals.path("amounts")) {
      assertThat(new BigDecimal(amount.path("value").asString()))
          .isEqualByComparingTo(
              amounts.getOrDefault(amount.path("currency").asString(), BigDecimal.ZERO));
    }
  }

  private static Map<String, Sum> expected(
      List<Entry> meant, List<String> groups, String width, ZoneId zone) {
    Map<String, Sum> sums = new TreeMap<>();
    for (Entry entry : meant) {
      List<String> key = new ArrayList<>(List.of(unit(entry.occurredAt(), width, zone)));
      groups.forEach(group -> key.add(Objects.requireNonNull(GROUPS.get(group)).apply(entry)));
      key.add(entry.currency());
      sums.merge(key.toString(), Sum.of(entry), Sum::plus);
    }
    sums.replaceAll((key, sum) -> sum.plain());
    return sums;
  }

  private static Map<String, Sum> reported(
      List<JsonNode> pages, List<String> groups, String width, ZoneId zone) {
    Map<String, Sum> sums = new TreeMap<>();
    for (JsonNode page : pages) {
      for (JsonNode bucket : page.path("data")) {
        Instant start = OffsetDateTime.parse(bucket.path("start_time").asString()).toInstant();
        for (JsonNode result : bucket.path("results")) {
          List<String> key = new ArrayList<>(List.of(unit(start, width, zone)));
          groups.forEach(
              group -> {
                JsonNode value = result.path(group);
                assertThat(value.isMissingNode()).as(group).isFalse();
                key.add(value.isNull() ? "" : value.asString());
              });
          key.add(result.path("amount").path("currency").asString());
          assertThat(sums.put(key.toString(), Sum.of(result).plain())).as("twice: " + key).isNull();
        }
      }
    }
    return sums;
  }

  // An hour that comes twice is two; one of half an hour, as Lord Howe has it, is one.
  private static String unit(Instant at, String width, ZoneId zone) {
    return switch (width) {
      case "1h" -> at.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toString();
      case "1d" -> at.atZone(zone).toLocalDate().toString();
      case "1M" -> at.atZone(zone).toLocalDate().withDayOfMonth(1).toString();
      default -> "all";
    };
  }

  private static Instant edge(Random random, Instant any) {
    return switch (random.nextInt(3)) {
      case 0 -> any.truncatedTo(ChronoUnit.DAYS);
      case 1 -> Instant.ofEpochSecond(any.getEpochSecond() / 900 * 900);
      default -> any.plusNanos(1000L * random.nextInt(1_000_000));
    };
  }

  private static Entry entry(Random random) {
    // A third of all in the days when clocks change.
    Instant day =
        switch (random.nextInt(9)) {
          case 0 -> Instant.parse("2025-03-09T00:00:00Z");
          case 1 -> Instant.parse("2025-04-05T06:00:00Z");
          case 2 -> Instant.parse("2025-11-02T00:00:00Z");
          default -> FIRST.plus(Duration.ofDays(random.nextInt(360)));
        };
    Instant at = day.plus(random.nextLong(86_400_000_000L), ChronoUnit.MICROS);
    String status = pick(random, "succeeded", "succeeded", "succeeded", "failed", "cancelled");
    String costStatus = pick(random, "PRICED", "PRICED", "FALLBACK", "UNPRICED", "FREE");
    boolean costs = costStatus.equals("PRICED") || costStatus.equals("FALLBACK");
    return new Entry(
        LedgerFixture.idAt(at.plus(Duration.ofHours(random.nextInt(-160, 160)))),
        0,
        at,
        pick(random, "", "p1", "p2"),
        pick(random, "openai", "anthropic"),
        pick(random, "m1", "m2", "m3"),
        pick(random, "", "chat"),
        pick(random, "", "ua", "ub", "uc", "ü-µ"),
        status,
        pick(random, "", "blue", "red").isEmpty() ? null : pick(random, "blue", "red"),
        costStatus,
        random.nextInt(20) == 0 ? "EUR" : "USD",
        1,
        costStatus.equals("FALLBACK") ? 1 : 0,
        costStatus.equals("UNPRICED") ? 1 : 0,
        random.nextInt(100_000),
        random.nextInt(10_000),
        costs ? amount(random) : BigDecimal.ZERO,
        costs ? amount(random) : BigDecimal.ZERO);
  }

  // A repricing: the same event, differences only.
  private static Entry revision(Entry entry, Random random) {
    return new Entry(
        entry.eventId(),
        1,
        entry.occurredAt(),
        entry.project(),
        entry.provider(),
        entry.model(),
        entry.requestType(),
        entry.userId(),
        entry.status(),
        entry.team(),
        "PRICED",
        entry.currency(),
        0,
        -entry.fallbackRequests(),
        -entry.unpricedRequests(),
        0,
        0,
        amount(random).negate(),
        amount(random));
  }

  private static BigDecimal amount(Random random) {
    return BigDecimal.valueOf(random.nextLong(1L << 60), 18);
  }

  private static String pick(Random random, String... values) {
    return values[random.nextInt(values.length)];
  }
}
