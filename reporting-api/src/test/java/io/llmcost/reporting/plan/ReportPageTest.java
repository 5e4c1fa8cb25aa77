package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportPageTest {

  private static final String DAYS =
      "start_time=2026-11-01&end_time=2026-11-05&bucket_width=1d&group_by=model";

  @Test
  void bucketsWithoutEntriesAreThereWithoutResults() {
    ReportPage page = ReportPage.of(Queries.plan(DAYS), List.of(row(1, "a"), row(1, "b")));

    assertThat(page.buckets()).extracting(b -> b.rows().size()).containsExactly(0, 2, 0, 0);
    assertThat(page.nextPage()).isEmpty();
  }

  @Test
  void pageThatIsFullGoesOnInTheSameBucket() {
    List<ReportRow> rows = new ArrayList<>(rows(0, 60));
    rows.addAll(rows(1, 41));
    ReportPage page = ReportPage.of(Queries.plan(DAYS), rows);

    assertThat(page.buckets()).extracting(b -> b.rows().size()).containsExactly(60, 40);
    ReportQuery next = Queries.costs(DAYS + "&page=" + page.nextPage().orElseThrow());
    assertThat(next.from().bucket()).isEqualTo(1);
    assertThat(next.from().after()).contains(List.of("m039", "USD"));
    assertThat(Queries.plan(DAYS + "&page=" + page.nextPage().orElseThrow()).buckets())
        .extracting(Bucket::index)
        .containsExactly(1, 2, 3);
  }

  @Test
  void pageThatIsFullAtABucketsEndGoesOnWithTheNextRowsBucket() {
    List<ReportRow> rows = new ArrayList<>(rows(0, 100));
    rows.add(row(2, "a"));
    ReportPage page = ReportPage.of(Queries.plan(DAYS), rows);

    assertThat(page.buckets()).extracting(b -> b.rows().size()).containsExactly(100, 0);
    ReportQuery next = Queries.costs(DAYS + "&page=" + page.nextPage().orElseThrow());
    assertThat(next.from()).isEqualTo(new ReportQuery.Position(2, java.util.Optional.empty()));
  }

  @Test
  void furtherPagesKeepTheFirstOnesEnd() {
    String open = "start_time=2026-11-01&group_by=model&limit=1";
    ReportPage page = ReportPage.of(Queries.plan(open), List.of(row(0, "a"), row(0, "b")));
    ReportQuery later =
        ReportQuery.ofCosts(
            Queries.parameters(open + "&page=" + page.nextPage().orElseThrow()),
            Queries.LIMITS,
            Queries.NOW.plusSeconds(60));

    assertThat(later.range().end()).isEqualTo(Queries.NOW);
  }

  @Test
  void pageOfAnotherReportIsRefused() {
    String token =
        ReportPage.of(Queries.plan(DAYS + "&limit=1"), List.of()).nextPage().orElseThrow();
    assertThat(Queries.costs(DAYS + "&limit=2&page=" + token).from().bucket()).isEqualTo(1);
    for (String other :
        List.of(
            DAYS + "&models=a",
            DAYS + "&group_by=project",
            DAYS.replace("11-05", "11-06"),
            DAYS + "&time_zone=Asia/Kathmandu")) {
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> Queries.costs(other + "&page=" + token))
          .satisfies(e -> assertThat(e.field()).isEqualTo("page"));
    }
  }

  @Test
  void changedTokensAreRefusedAndNeverFail() {
    String token =
        ReportPage.of(Queries.plan(DAYS + "&limit=1"), List.of()).nextPage().orElseThrow();
    for (int i = 0; i < token.length(); i++) {
      for (String changed :
          List.of(
              token.substring(0, i),
              token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1),
              token + "A".repeat(i + 1))) {
        try {
          Queries.plan(DAYS + "&page=" + changed);
        } catch (InvalidRequestException e) {
          assertThat(e.field()).isEqualTo("page");
        }
      }
    }
  }

  private static List<ReportRow> rows(int bucket, int count) {
    return IntStream.range(0, count).mapToObj(i -> row(bucket, "m%03d".formatted(i))).toList();
  }

  private static ReportRow row(int bucket, String model) {
    return new ReportRow(bucket, List.of(model, "USD"), new Sums(BigDecimal.ONE, 1, 1, 1, 0, 0));
  }
}
