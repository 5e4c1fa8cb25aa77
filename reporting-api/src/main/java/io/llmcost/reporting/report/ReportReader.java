package io.llmcost.reporting.report;

import io.llmcost.reporting.ledger.Ledger;
import io.llmcost.reporting.plan.ReportPage;
import io.llmcost.reporting.plan.ReportPlan;
import io.llmcost.reporting.plan.ReportRow;
import io.llmcost.reporting.plan.Sums;
import io.llmcost.schemas.Topics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads what a plan says: a page of results, or totals with how far the ledger is complete. */
@Component
class ReportReader {

  // Null in rows of a topic that was deleted since; other topics' rows have no say.
  private static final String COMPLETE_THROUGH =
      "select min(complete_through) from ledger_offset where topic = '" + Topics.COSTED + "'";

  private final Ledger ledger;

  ReportReader(Ledger ledger) {
    this.ledger = ledger;
  }

  ReportPage page(ReportPlan plan) {
    ReportSql sql = ReportSql.costs(plan);
    int firstBucket = plan.buckets().getFirst().index();
    int keys = plan.query().groupBy().size() + 1;
    List<ReportRow> rows =
        ledger.read(
            "costs",
            plan.sources(),
            jdbc ->
                jdbc.sql(sql.text())
                    .params(sql.values())
                    .query((row, i) -> row(row, firstBucket, keys))
                    .list());
    return ReportPage.of(plan, rows);
  }

  Totals totals(ReportPlan plan) {
    ReportSql sql = ReportSql.totals(plan);
    return ledger.read(
        "totals",
        plan.sources(),
        jdbc -> {
          List<Totals.OfCurrency> currencies =
              jdbc.sql(sql.text()).params(sql.values()).query((row, i) -> ofCurrency(row)).list();
          Optional<Instant> through =
              jdbc.sql(COMPLETE_THROUGH)
                  .query(
                      (row, i) ->
                          Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                              .map(OffsetDateTime::toInstant))
                  .single();
          return new Totals(currencies, through);
        });
  }

  private static ReportRow row(ResultSet row, int firstBucket, int keys) throws SQLException {
    List<String> group = new ArrayList<>(keys);
    for (int i = 0; i < keys; i++) {
      group.add(row.getString(2 + i));
    }
    return new ReportRow(firstBucket + row.getInt(1), group, sums(row));
  }

  private static Totals.OfCurrency ofCurrency(ResultSet row) throws SQLException {
    return new Totals.OfCurrency(
        row.getString("currency"),
        sums(row),
        row.getLong("succeeded"),
        row.getLong("failed"),
        row.getLong("cancelled"));
  }

  private static Sums sums(ResultSet row) throws SQLException {
    return new Sums(
        row.getBigDecimal("total_cost"),
        row.getLong("requests"),
        row.getLong("prompt_tokens"),
        row.getLong("completion_tokens"),
        row.getLong("fallback_requests"),
        row.getLong("unpriced_requests"));
  }
}
