package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportQueryTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-01T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-11-01T00:00:00+05:45, 2026-10-31T18:15:00Z",
    "2026-11-01T00:00:00 05:45, 2026-10-31T18:15:00Z",
    "2026-11-01T00:00:00.1234567Z, 2026-11-01T00:00:00.123457Z",
    "1793491200, 2026-11-01T00:00:00Z",
    "2026-11-01, 2026-10-31T23:00:00Z",
    "0, 1970-01-01T00:00:00Z"
  })
  void timesComeInThreeForms(String given, Instant meant) {
    ReportQuery query = Queries.costs("time_zone=Europe/Berlin&start_time=" + given);

    assertThat(query.range()).isEqualTo(new TimeRange(meant, Queries.NOW));
  }

  @Test
  void whatIsNotGivenHasAMeaning() {
    ReportQuery query = Queries.costs("start_time=2026-11-01");

    assertThat(query.range().end()).isEqualTo(Queries.NOW);
    assertThat(query.zone()).isEqualTo(ZoneOffset.UTC);
    assertThat(query.width()).isEmpty();
    assertThat(query.groupBy()).isEmpty();
    assertThat(query.flat()).isFalse();
  }

  @Test
  void groupsAreRepeatableOrListedAndCountOnce() {
    ReportQuery query =
        Queries.costs("start_time=0&group_by=model,provider&group_by=model&group_by=tag:a,b");

    assertThat(query.groupBy())
        .extracting(GroupKey::field)
        .containsExactly("model", "provider", "tag:a,b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bucket_width=1d                  | start_time   | is required",
        "start_time=yesterday             | start_time   | RFC 3339",
        "start_time=2026-02-30            | start_time   | RFC 3339",
        "start_time=1793491200000         | start_time   | not milliseconds",
        "start_time=-1                    | start_time   | 1970",
        "start_time=2027-01-01            | start_time   | is not before now",
        "start_time=2&end_time=2          | end_time     | is not after start_time",
        "start_time=3&end_time=2          | end_time     | is not after start_time",
        "start_time=2026-01-01&end_time=9000-01-01 | end_time | more than 36525 days",
        "start_time=0&start_time=1        | start_time   | give it once",
        "start_time=0&bucket_width=1w     | bucket_width | 15m, 1h, 1d or 1M",
        "start_time=0&bucket_width=1m     | bucket_width | 15m, 1h, 1d or 1M",
        "start_time=0&time_zone=Berlin    | time_zone    | Europe/Berlin",
        "start_time=0&time_zone=Europe/Berln | time_zone | did you mean Europe/Berlin?",
        "start_time=0&time_zone=+02:00    | time_zone    | no IANA time zone",
        "start_time=0&group_by=modell     | group_by     | known are project, user_id",
        "start_time=0&group_by=tag:       | group_by     | tag:<name>",
        "start_time=0&group_by=           | group_by     | nothing to group by",
        "start_time=0&statuses=ok         | statuses     | succeeded, failed, cancelled",
        "start_time=0&shape=wide          | shape        | give flat",
        "start_time=0&limit=0             | limit        | from 1 to 100",
        "start_time=0&limit=101           | limit        | from 1 to 100",
        "start_time=0&limit=ten           | limit        | from 1 to 100",
        "start_time=0&page=xyz            | page         | leave page out",
        "start_time=0&page=               | page         | leave page out",
        "start_tim=0                      | start_tim    | did you mean start_time?",
        "start_time=0&project=a           | project      | did you mean projects?",
        "start_time=0&verbose=a           | verbose      | known are start_time, end_time",
        "start_time=0&external_id=a       | external_id  | is no parameter here"
      })
  void wrongParameterIsNamedWithARemedy(String query, String field, String remedy) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Queries.costs(query))
        .satisfies(
            e -> {
              assertThat(e.field()).isEqualTo(field);
              assertThat(e.reason()).contains(remedy);
            });
  }

  @Test
  void nulAndBytesThatAreNoTextAreRefused() {
    for (String value : List.of("a\0b", "\uFFFD", "x".repeat(1025))) {
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> Queries.costs("start_time=0&projects=" + value))
          .satisfies(e -> assertThat(e.field()).isEqualTo("projects"));
    }
  }

  @Test
  void filtersAndGroupsAreBounded() {
    String many =
        IntStream.range(0, 11).mapToObj(i -> "&models=" + i).collect(Collectors.joining());
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Queries.costs("start_time=0" + many))
        .withMessageContaining("at most 10");
    String tags =
        IntStream.range(0, 9).mapToObj(i -> "&group_by=tag:" + i).collect(Collectors.joining());
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Queries.costs("start_time=0" + tags))
        .withMessageContaining("at most 8");
  }

  @Test
  void totalsTakeNoGroups() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(
            () ->
                ReportQuery.ofTotals(
                    Queries.parameters("start_time=0&group_by=model"), Queries.LIMITS, Queries.NOW))
        .satisfies(e -> assertThat(e.field()).isEqualTo("group_by"));
  }
}
