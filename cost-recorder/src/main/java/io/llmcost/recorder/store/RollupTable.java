package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.RollupRow;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.postgresql.PGConnection;

/** Adds a batch's sums to {@code cost_rollup}, in one statement and in key order. */
final class RollupTable {

  // Unnested side by side in the select list: in the FROM clause, PostgreSQL would keep each of the
  // columns in a store of its own before it reads the first row.
  private static final String ADD =
      """
      insert into cost_rollup as r (bucket_start, shard, project, provider, model, operation,
          request_type, currency, requests, succeeded, failed, cancelled, fallback_requests,
          unpriced_requests, prompt_tokens, completion_tokens, total_cost, prompt_cost,
          completion_cost)
      select to_timestamp(bucket_start), shard, project, provider, model, operation,
          request_type, currency, requests, succeeded, failed, cancelled, fallback_requests,
          unpriced_requests, prompt_tokens, completion_tokens, total_cost, prompt_cost,
          completion_cost
      from (select
          unnest(?::bigint[]) as bucket_start, unnest(?::bigint[]) as shard,
          unnest(?::text[]) as project, unnest(?::text[]) as provider,
          unnest(?::text[]) as model, unnest(?::text[]) as operation,
          unnest(?::text[]) as request_type, unnest(?::text[]) as currency,
          unnest(?::bigint[]) as requests, unnest(?::bigint[]) as succeeded,
          unnest(?::bigint[]) as failed, unnest(?::bigint[]) as cancelled,
          unnest(?::bigint[]) as fallback_requests, unnest(?::bigint[]) as unpriced_requests,
          unnest(?::bigint[]) as prompt_tokens, unnest(?::bigint[]) as completion_tokens,
          unnest(?::numeric[]) as total_cost, unnest(?::numeric[]) as prompt_cost,
          unnest(?::numeric[]) as completion_cost) as added
      on conflict (bucket_start, project, provider, model, operation, request_type, currency, shard)
      do update set
          requests = r.requests + excluded.requests,
          succeeded = r.succeeded + excluded.succeeded,
          failed = r.failed + excluded.failed,
          cancelled = r.cancelled + excluded.cancelled,
          fallback_requests = r.fallback_requests + excluded.fallback_requests,
          unpriced_requests = r.unpriced_requests + excluded.unpriced_requests,
          prompt_tokens = r.prompt_tokens + excluded.prompt_tokens,
          completion_tokens = r.completion_tokens + excluded.completion_tokens,
          total_cost = r.total_cost + excluded.total_cost,
          prompt_cost = r.prompt_cost + excluded.prompt_cost,
          completion_cost = r.completion_cost + excluded.completion_cost
      """;

  private RollupTable() {}

  static void add(Connection connection, List<RollupRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(ADD)) {
      Columns columns = new Columns(connection, insert, rows);
      columns.longs(row -> row.key().bucketStart());
      columns.longs(row -> row.key().shard());
      columns.texts(row -> row.key().project());
      columns.texts(row -> row.key().provider());
      columns.texts(row -> row.key().model());
      columns.texts(row -> row.key().operation());
      columns.texts(row -> row.key().requestType());
      columns.texts(row -> row.key().currency());
      columns.longs(RollupRow::requests);
      columns.longs(RollupRow::succeeded);
      columns.longs(RollupRow::failed);
      columns.longs(RollupRow::cancelled);
      columns.longs(RollupRow::fallbackRequests);
      columns.longs(RollupRow::unpricedRequests);
      columns.longs(RollupRow::promptTokens);
      columns.longs(RollupRow::completionTokens);
      columns.amounts(RollupRow::totalCost);
      columns.amounts(RollupRow::promptCost);
      columns.amounts(RollupRow::completionCost);
      insert.executeUpdate();
    }
  }

  private static final class Columns {
    private final Connection connection;
    private final PreparedStatement insert;
    private final List<RollupRow> rows;
    private int index;

    Columns(Connection connection, PreparedStatement insert, List<RollupRow> rows) {
      this.connection = connection;
      this.insert = insert;
      this.rows = rows;
    }

    void longs(ToLongFunction<RollupRow> column) throws SQLException {
      long[] values = rows.stream().mapToLong(column).toArray();
      insert.setArray(++index, connection.unwrap(PGConnection.class).createArrayOf("int8", values));
    }

    void texts(Function<RollupRow, String> column) throws SQLException {
      insert.setArray(
          ++index, connection.createArrayOf("text", rows.stream().map(column).toArray()));
    }

    void amounts(Function<RollupRow, BigDecimal> column) throws SQLException {
      insert.setArray(
          ++index, connection.createArrayOf("numeric", rows.stream().map(column).toArray()));
    }
  }
}
