package io.llmcost.reporting.reported;

import io.llmcost.reporting.ledger.Columns;
import io.llmcost.reporting.ledger.Ledger;
import io.llmcost.reporting.plan.ReportQuery;
import io.llmcost.reporting.plan.Segment.Source;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Reads entries that came with a provider's own cost; what each costs now is the sum of its rows.
 */
@Component
class ReportedCostReader {

  private static final int MOST_MODELS = 1_000;

  private static final String HEAD =
      """
      select provider, billed_model, currency, reported_currency, count(*) requests,
             count(*) filter (where currency = reported_currency and cost <> reported_cost) differing,
             sum(cost) cost, sum(reported_cost) reported
        from (select provider, billed_model, currency, reported_currency, reported_cost,
                     (select sum(own.total_cost) from cost_entry own
                       where own.event_id = cost_entry.event_id) cost
                from cost_entry
               where revision = 0 and reported_cost is not null\
      """;
  private static final String TAIL =
      """
      ) one
       group by provider, billed_model, currency, reported_currency
       order by abs(sum(reported_cost) - sum(cost)) desc, provider, billed_model, currency,
                reported_currency
       limit ?
      """;

  private final Ledger ledger;

  ReportedCostReader(Ledger ledger) {
    this.ledger = ledger;
  }

  ReportedCosts read(ReportQuery query) {
    StringBuilder sql = new StringBuilder(HEAD);
    List<Object> bind = new ArrayList<>();
    Columns.entriesFrom(query.range().start(), sql, bind);
    Columns.entriesBefore(query.range().end(), sql, bind);
    Columns.filter(query.filters(), Source.ENTRIES, sql, bind);
    sql.append(TAIL);
    bind.add(MOST_MODELS + 1);
    List<ReportedCosts.OfModel> found =
        ledger.read(
            "reported_costs",
            "entries",
            jdbc -> jdbc.sql(sql.toString()).params(bind).query((row, i) -> ofModel(row)).list());
    boolean hasMore = found.size() > MOST_MODELS;
    return new ReportedCosts("list", hasMore ? found.subList(0, MOST_MODELS) : found, hasMore);
  }

  private static ReportedCosts.OfModel ofModel(ResultSet row) throws SQLException {
    return ReportedCosts.OfModel.of(
        row.getString("provider"),
        row.getString("billed_model"),
        row.getLong("requests"),
        row.getLong("differing"),
        row.getBigDecimal("cost"),
        row.getString("currency"),
        row.getBigDecimal("reported"),
        row.getString("reported_currency"));
  }
}
