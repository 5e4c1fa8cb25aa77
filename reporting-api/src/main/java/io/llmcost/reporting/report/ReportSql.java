package io.llmcost.reporting.report;

import io.llmcost.reporting.ledger.Columns;
import io.llmcost.reporting.plan.Bucket;
import io.llmcost.reporting.plan.GroupKey;
import io.llmcost.reporting.plan.ReportPlan;
import io.llmcost.reporting.plan.Segment;
import io.llmcost.reporting.plan.Segment.Source;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A plan as one SQL statement. Its text is made of fixed words and {@link Columns} only.
 *
 * @param text with a {@code ?} for each value
 * @param values in the order of the question marks
 */
record ReportSql(String text, List<Object> values) {

  private static final String COSTS =
      "sum(total_cost) total_cost, sum(requests)::bigint requests, sum(prompt_tokens)::bigint"
          + " prompt_tokens, sum(completion_tokens)::bigint completion_tokens,"
          + " sum(fallback_requests)::bigint fallback_requests, sum(unpriced_requests)::bigint"
          + " unpriced_requests";
  private static final String OUTCOMES =
      ", sum(succeeded)::bigint succeeded, sum(failed)::bigint failed, sum(cancelled)::bigint"
          + " cancelled";
  private static final String ROLLUP_MEASURES =
      "currency, total_cost, requests, prompt_tokens, completion_tokens, fallback_requests,"
          + " unpriced_requests";
  private static final String ROLLUP_OUTCOMES = ", succeeded, failed, cancelled";
  private static final String ENTRY_OUTCOMES =
      ", case status when 'succeeded' then requests else 0 end succeeded, case status when 'failed'"
          + " then requests else 0 end failed, case status when 'cancelled' then requests else 0"
          + " end cancelled";

  /** Returns the statement for rows of bucket, groups {@code g0…}, currency and cost sums. */
  static ReportSql costs(ReportPlan plan) {
    return new Composer(plan, false).costs();
  }

  /** Returns the statement for one row a currency: cost sums and how requests ended. */
  static ReportSql totals(ReportPlan plan) {
    return new Composer(plan, true).totals();
  }

  private static final class Composer {
    private final ReportPlan plan;
    private final boolean outcomes;
    private final StringBuilder sql = new StringBuilder(1024);
    private final List<Object> bind = new ArrayList<>();

    Composer(ReportPlan plan, boolean outcomes) {
      this.plan = plan;
      this.outcomes = outcomes;
    }

    ReportSql totals() {
      sql.append("select currency, ").append(COSTS).append(OUTCOMES).append(" from (");
      segments();
      sql.append(") s group by currency order by currency");
      return new ReportSql(sql.toString(), bind);
    }

    ReportSql costs() {
      List<String> keys = keys();
      sql.append("select * from (select ");
      bucket();
      keys.forEach(key -> sql.append(key).append(", "));
      sql.append(COSTS).append(" from (");
      segments();
      sql.append(") s group by bucket, ").append(String.join(", ", keys)).append(") r");
      // Bytewise order: the same in every database, and what the next page compares with.
      String order =
          keys.stream().map(key -> key + " collate \"C\"").collect(Collectors.joining(", "));
      after(order);
      sql.append(" order by bucket, ").append(order).append(" limit ?");
      bind.add(plan.rowLimit() + 1);
      return new ReportSql(sql.toString(), bind);
    }

    private void bucket() {
      List<Bucket> buckets = plan.buckets();
      if (buckets.size() == 1) {
        sql.append("0 bucket, ");
      } else {
        // In a select of its own, or PostgreSQL reads the whole list anew for every row.
        sql.append("width_bucket(at, (select ?::timestamptz[])) - 1 bucket, ");
        bind.add(
            buckets.stream()
                .map(bucket -> bucket.start().toString())
                .collect(Collectors.joining(",", "{", "}")));
      }
    }

    private void after(String order) {
      plan.query()
          .from()
          .after()
          .ifPresent(
              group -> {
                sql.append(" where (bucket, ").append(order).append(") > (0");
                group.forEach(value -> sql.append(", ?"));
                sql.append(')');
                bind.addAll(group);
              });
    }

    private List<String> keys() {
      List<String> keys = new ArrayList<>();
      IntStream.range(0, plan.query().groupBy().size()).forEach(i -> keys.add("g" + i));
      keys.add("currency");
      return keys;
    }

    private void segments() {
      String union = "";
      for (Segment segment : plan.segments()) {
        sql.append(union);
        segment(segment);
        union = " union all ";
      }
    }

    private void segment(Segment segment) {
      boolean rollup = segment.source() == Source.ROLLUP;
      String time = rollup ? "bucket_start" : "occurred_at";
      sql.append("select ").append(time).append(" at, ");
      groups(segment.source());
      sql.append(ROLLUP_MEASURES);
      if (outcomes) {
        sql.append(rollup ? ROLLUP_OUTCOMES : ENTRY_OUTCOMES);
      }
      sql.append(rollup ? " from cost_rollup" : " from cost_entry").append(" where true");
      range(segment);
      Columns.filter(plan.query().filters(), segment.source(), sql, bind);
    }

    private void range(Segment segment) {
      Instant start = segment.range().start();
      Instant end = segment.range().end();
      switch (segment.source()) {
        case ROLLUP -> {
          sql.append(" and bucket_start >= ? and bucket_start < ?");
          bind.add(start.atOffset(ZoneOffset.UTC));
          bind.add(end.atOffset(ZoneOffset.UTC));
        }
        case ENTRIES -> {
          Columns.entriesFrom(start, sql, bind);
          Columns.entriesBefore(end, sql, bind);
        }
      }
    }

    private void groups(Source source) {
      int i = 0;
      for (GroupKey key : plan.query().groupBy()) {
        switch (key) {
          case GroupKey.ByDimension(var dimension) -> sql.append(Columns.of(dimension, source));
          case GroupKey.ByTag(var name) -> {
            // A page token must fit into a URL, so a long value counts by its beginning.
            sql.append("left(coalesce(tags ->> ?::text, ''), 256)");
            bind.add(name);
          }
        }
        sql.append(" g").append(i++).append(", ");
      }
    }
  }
}
