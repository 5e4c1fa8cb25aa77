package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.reporting.plan.Segment.Source;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPlannerTest {

  private static final String WHOLE_DAY =
      "start_time=2026-11-01T00:00:00Z&end_time=2026-11-02T00:00:00Z";

  @Test
  void wholeQuartersComeFromTheRollupAlone() {
    ReportPlan plan = Queries.plan(WHOLE_DAY + "&group_by=model&projects=p");

    assertThat(plan.segments()).containsExactly(new Segment(Source.ROLLUP, plan.query().range()));
    assertThat(plan.sources()).isEqualTo("rollup");
  }

  @Test
  void edgesInsideAQuarterComeFromTheEntries() {
    ReportPlan plan =
        Queries.plan("start_time=2026-11-01T00:00:01Z&end_time=2026-11-02T00:14:59.5Z");

    assertThat(plan.segments())
        .extracting(s -> s.source() + " " + s.range().start() + " " + s.range().end())
        .containsExactly(
            "ENTRIES 2026-11-01T00:00:01Z 2026-11-01T00:15:00Z",
            "ROLLUP 2026-11-01T00:15:00Z 2026-11-02T00:00:00Z",
            "ENTRIES 2026-11-02T00:00:00Z 2026-11-02T00:14:59.500Z");
    assertThat(plan.sources()).isEqualTo("both");
  }

  @Test
  void rangeWithoutAWholeQuarterComesFromTheEntries() {
    assertThat(
            Queries.plan("start_time=2026-11-01T00:01:00Z&end_time=2026-11-01T00:29:00Z")
                .segments())
        .extracting(Segment::source)
        .containsExactly(Source.ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "group_by=user_id",
        "group_by=model&group_by=tag:team",
        "group_by=status",
        "group_by=trackable",
        "user_ids=u",
        "statuses=failed"
      })
  void whatTheRollupDoesNotHaveComesFromTheEntries(String more) {
    assertThat(Queries.plan(WHOLE_DAY + "&" + more).sources()).isEqualTo("entries");
  }

  @Test
  void bucketsThatCutAQuarterComeFromTheEntries() {
    // Liberia was 44 minutes and 30 seconds behind until 1972.
    String monrovia = "&bucket_width=1d&time_zone=Africa/Monrovia";
    assertThat(
            Queries.plan("start_time=1971-12-01T00:00:00Z&end_time=1971-12-05T00:00:00Z" + monrovia)
                .sources())
        .isEqualTo("entries");
    assertThat(
            Queries.plan("start_time=2026-12-01T00:00:00Z&end_time=2026-12-05T00:00:00Z" + monrovia)
                .sources())
        .isEqualTo("rollup");
  }

  @Test
  void limitTakesSomeBucketsAndSaysWhereTheNextPageBegins() {
    ReportPlan plan =
        Queries.plan("start_time=2026-11-01&end_time=2026-11-11&bucket_width=1d&limit=4");

    assertThat(plan.buckets()).extracting(Bucket::index).containsExactly(0, 1, 2, 3);
    assertThat(plan.segments())
        .extracting(s -> Duration.between(s.range().start(), s.range().end()))
        .containsExactly(Duration.ofDays(4));
    assertThat(plan.end()).hasValueSatisfying(end -> assertThat(end.bucket()).isEqualTo(4));
  }

  @Test
  void tooManyBucketsAreRefused() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Queries.plan("start_time=2026-01-01&bucket_width=15m"))
        .satisfies(e -> assertThat(e.field()).isEqualTo("bucket_width"))
        .withMessageContaining("10000");
  }
}
