package io.llmcost.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What PostgreSQL takes of this work at the most: the recorder's rows, laid out beforehand, into
 * the recorder's tables in the recorder's batches, by the statements that one would type into psql.
 * Nothing is decoded, checked or decided, and no offset kept.
 */
final class Ceiling {
  private static final int BATCH = 2_000;

  private static final String UPSERT =
      """
      with fresh as (
        insert into cost_entry select * from batch on conflict do nothing
        returning occurred_at, project, provider, billed_model, operation, request_type, currency,
          status, requests, fallback_requests, unpriced_requests, prompt_tokens,
          completion_tokens, total_cost, prompt_cost, completion_cost)
      insert into cost_rollup
      select to_timestamp(floor(extract(epoch from occurred_at) / 900) * 900) bucket, :shard, project,
        provider, billed_model, operation, coalesce(request_type, ''), currency, sum(requests),
        sum(case status when 'succeeded' then requests else 0 end),
        sum(case status when 'failed' then requests else 0 end),
        sum(case status when 'cancelled' then requests else 0 end),
        sum(fallback_requests), sum(unpriced_requests), sum(prompt_tokens),
        sum(completion_tokens), sum(total_cost), sum(prompt_cost), sum(completion_cost)
      from fresh group by 1, 3, 4, 5, 6, 7, 8 order by 1, 3, 4, 5, 6, 7, 8
      on conflict (bucket_start, project, provider, model, operation, request_type, currency, shard)
      do update set
        requests = cost_rollup.requests + excluded.requests,
        succeeded = cost_rollup.succeeded + excluded.succeeded,
        failed = cost_rollup.failed + excluded.failed,
        cancelled = cost_rollup.cancelled + excluded.cancelled,
        fallback_requests = cost_rollup.fallback_requests + excluded.fallback_requests,
        unpriced_requests = cost_rollup.unpriced_requests + excluded.unpriced_requests,
        prompt_tokens = cost_rollup.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = cost_rollup.completion_tokens + excluded.completion_tokens,
        total_cost = cost_rollup.total_cost + excluded.total_cost,
        prompt_cost = cost_rollup.prompt_cost + excluded.prompt_cost,
        completion_cost = cost_rollup.completion_cost + excluded.completion_cost
      """;

  private final String url;
  private final Path rows;
  private final List<Batch> batches;

  private record Batch(long position, int length) {}

  private Ceiling(String url, Path rows, List<Batch> batches) {
    this.url = url;
    this.rows = rows;
    this.batches = batches;
  }

  /** Lays out the ledger's first {@code count} rows, in the order in which they were recorded. */
  static Ceiling of(String url, Path rows, int count) throws SQLException, IOException {
    Cutter cutter = new Cutter();
    Files.createDirectories(rows.toAbsolutePath().getParent());
    try (Connection connection = DriverManager.getConnection(url);
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(rows), 1 << 20)) {
      cutter.file = file;
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut(
              "copy (select * from cost_entry order by recorded_at limit " + count + ") to stdout",
              cutter);
    }
    cutter.cut();
    return new Ceiling(url, rows, cutter.batches);
  }

  /** Writes all of it, the connections taking every other batch. */
  Rate run(int connections) throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    List<Future<Long>> written = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        int first = i;
        written.add(threads.submit(() -> write(first, connections)));
      }
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    long count = 0;
    for (Future<Long> future : written) {
      count += future.get();
    }
    return Rate.of(count, time);
  }

  private long write(int first, int step) throws SQLException, IOException {
    long count = 0;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        FileChannel file = FileChannel.open(rows, StandardOpenOption.READ)) {
      statement.execute("create temporary table batch (like cost_entry) on commit delete rows");
      connection.setAutoCommit(false);
      for (int i = first; i < batches.size(); i += step) {
        ByteBuffer bytes = ByteBuffer.allocate(batches.get(i).length());
        file.read(bytes, batches.get(i).position());
        CopyIn copy =
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy batch from stdin");
        copy.writeToCopy(bytes.array(), 0, bytes.capacity());
        count += copy.endCopy();
        statement.executeUpdate(UPSERT.replace(":shard", Integer.toString(first)));
        connection.commit();
      }
    }
    return count;
  }

  /** Notes where a batch's lines end. */
  private static final class Cutter extends OutputStream {
    private final List<Batch> batches = new ArrayList<>();
    private OutputStream file = OutputStream.nullOutputStream();
    private long position;
    private long start;
    private int lines;

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    /** COPY hands on a row at a time. */
    @Override
    public void write(byte[] row, int offset, int length) throws IOException {
      file.write(row, offset, length);
      position += length;
      if (++lines == BATCH) {
        cut();
      }
    }

    void cut() {
      if (position > start) {
        batches.add(new Batch(start, Math.toIntExact(position - start)));
      }
      start = position;
      lines = 0;
    }
  }
}
