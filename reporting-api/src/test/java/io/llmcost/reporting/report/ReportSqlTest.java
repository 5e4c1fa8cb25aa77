package io.llmcost.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.plan.ReportLimits;
import io.llmcost.reporting.plan.ReportPlan;
import io.llmcost.reporting.plan.ReportPlanner;
import io.llmcost.reporting.plan.ReportQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportSqlTest {

  private static final ReportLimits LIMITS =
      new ReportLimits(Duration.ofDays(366), 1000, 100, 100, 10);

  @Test
  void valuesAreBoundAndNeverPartOfTheText() {
    String hostile = "'; drop table cost_entry; --";
    ReportSql sql =
        ReportSql.costs(
            plan(
                Map.of(
                    "start_time", List.of("2026-11-01"),
                    "end_time", List.of("2026-11-02"),
                    "group_by", List.of("tag:" + hostile, "user_id"),
                    "models", List.of(hostile))));

    assertThat(sql.text()).doesNotContain("drop");
    assertThat(sql.text().chars().filter(c -> c == '?').count()).isEqualTo(sql.values().size());
    assertThat(sql.values()).contains(hostile);
  }

  @Test
  void rollupIsReadByTheLeadingColumnOfItsKeyAndTheEdgesByTime() {
    ReportSql sql =
        ReportSql.costs(
            plan(
                Map.of(
                    "start_time", List.of("2026-11-01T00:01:00Z"),
                    "end_time", List.of("2026-11-03"),
                    "bucket_width", List.of("1d"),
                    "group_by", List.of("model"))));

    assertThat(sql.text())
        .isEqualTo(
            """
            select * from (select width_bucket(at, (select ?::timestamptz[])) - 1 bucket, g0, currency, \
            sum(total_cost) total_cost, sum(requests)::bigint requests, sum(prompt_tokens)::bigint prompt_tokens, \
            sum(completion_tokens)::bigint completion_tokens, sum(fallback_requests)::bigint fallback_requests, \
            sum(unpriced_requests)::bigint unpriced_requests from (\
            select occurred_at at, billed_model g0, currency, total_cost, requests, prompt_tokens, completion_tokens, \
            fallback_requests, unpriced_requests from cost_entry where true \
            and occurred_at >= ? and event_id >= ? and occurred_at < ? and event_id < ? \
            union all \
            select bucket_start at, model g0, currency, total_cost, requests, prompt_tokens, completion_tokens, \
            fallback_requests, unpriced_requests from cost_rollup where true \
            and bucket_start >= ? and bucket_start < ?) s group by bucket, g0, currency) r \
            order by bucket, g0 collate "C", currency collate "C" limit ?\
            """);
    assertThat(sql.values().getFirst()).isEqualTo("{2026-11-01T00:01:00Z,2026-11-02T00:00:00Z}");
    assertThat(sql.values().getLast()).isEqualTo(101);
  }

  private static ReportPlan plan(Map<String, List<String>> parameters) {
    Instant now = Instant.parse("2026-11-24T00:00:00Z");
    return new ReportPlanner(LIMITS).plan(ReportQuery.ofCosts(parameters, LIMITS, now));
  }
}
