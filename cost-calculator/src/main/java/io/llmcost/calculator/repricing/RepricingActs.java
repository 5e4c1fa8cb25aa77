package io.llmcost.calculator.repricing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who did what to a repricing, and what became of it; an act and its entry are one transaction. */
final class RepricingActs {
  /** Who the calculator itself is. */
  static final String SERVICE = "cost-calculator";

  private final JdbcClient jdbc;

  RepricingActs(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** One entry. */
  record Act(Instant at, String who, String act, String detail) {}

  void add(UUID repricingId, Instant at, String who, String act, String detail) {
    jdbc.sql(
            """
            insert into pricebook.repricing_act (repricing_id, at, who, act, detail)
            values (:id, :at, :who, :act, :detail)
            """)
        .param("id", repricingId)
        .param("at", RepricingQueue.utc(at))
        .param("who", who)
        .param("act", act)
        .param("detail", detail)
        .update();
  }

  /** Returns all of them, the oldest first. */
  List<Act> of(UUID repricingId) {
    return jdbc.sql(
            "select at, who, act, detail from pricebook.repricing_act where repricing_id = :id"
                + " order by id")
        .param("id", repricingId)
        .query(
            (row, number) ->
                new Act(
                    Objects.requireNonNull(RepricingQueue.instant(row, "at")),
                    row.getString("who"),
                    row.getString("act"),
                    row.getString("detail")))
        .list();
  }
}
