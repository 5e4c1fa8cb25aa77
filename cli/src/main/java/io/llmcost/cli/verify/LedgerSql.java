package io.llmcost.cli.verify;

/** What is asked of the ledger's tables; {@code %d} is how many examples are wanted. */
final class LedgerSql {
  static final String COUNTS =
      """
      select coalesce(sum(received), 0) received, coalesce(sum(recorded), 0) recorded,
        coalesce(sum(already_recorded), 0) already_recorded, coalesce(sum(unchanged), 0) unchanged,
        coalesce(sum(dead_lettered), 0) dead_lettered, coalesce(sum(lost), 0) lost,
        coalesce(sum(recorded + already_recorded + unchanged + dead_lettered), 0) accounted,
        (select coalesce(sum(received), 0) from ledger_offset where topic = '%2$s') letters
      from ledger_offset where topic = '%1$s'
      """;

  static final String ENTRIES =
      """
      select count(*) entries, count(*) filter (where revision > 0) revisions,
        (select coalesce(sum(entries), 0) from sealed_month) sealed
      from cost_entry
      """;

  static final String EVER_TAKEN =
      "select coalesce(sum(next_offset), 0) taken from ledger_offset where topic = '%s'";

  static final String NEXT_OFFSETS =
      "select partition, next_offset from ledger_offset where topic_id = ?";

  static final String OPEN_SINCE =
      "select (max(month) + interval '1 month')::date from sealed_month having count(*) > 0";

  static final String EVENTS =
      """
      select event_id, completion_digest, total_cost, revised.sum
      from cost_entry left join (
        select event_id, sum(total_cost) from cost_entry
        where event_id in (select event_id from cost_entry where revision > 0)
        group by event_id) revised using (event_id)
      where revision = 0
      """;

  static final String ORPHAN_REVISIONS =
      """
      select event_id || ' revision ' || revision, count(*) over ()
      from cost_entry later
      where revision > 0 and not exists (
        select from cost_entry one
        where one.event_id = later.event_id and one.revision = later.revision - 1)
      limit %d
      """;

  static final String WRONG_LINES =
      """
      select event_id || ' costs ' || trim_scale(total_cost) || ', its lines '
        || trim_scale(lines), count(*) over ()
      from cost_entry, lateral (
        select coalesce(sum((line ->> 'amount')::numeric), 0) lines
        from jsonb_array_elements(line_items) line) its
      where revision = 0 and total_cost <> lines
      limit %d
      """;

  private static final String VALUES =
      """
      sum(requests) requests, %s,
      sum(fallback_requests) fallback_requests, sum(unpriced_requests) unpriced_requests,
      sum(prompt_tokens) prompt_tokens, sum(completion_tokens) completion_tokens,
      sum(total_cost) total_cost, sum(prompt_cost) prompt_cost, sum(completion_cost) completion_cost
      """;

  private static final String STATUSES_OF_ENTRIES =
      """
      sum(case status when 'succeeded' then requests else 0 end) succeeded,
      sum(case status when 'failed' then requests else 0 end) failed,
      sum(case status when 'cancelled' then requests else 0 end) cancelled
      """;

  private static final String STATUSES_OF_ROLLUPS =
      "sum(succeeded) succeeded, sum(failed) failed, sum(cancelled) cancelled";

  /** An event may have occurred a week off the month that its id belongs to. */
  private static final String OPEN =
      """
      (select coalesce(max(month) + interval '1 month' + interval '7 days', '-infinity')
       from sealed_month)
      """;

  static final String DIFFERING_ROLLUPS =
      """
      with entry as (
        select to_timestamp(floor(extract(epoch from occurred_at) / 900) * 900) bucket, project,
          provider, billed_model as model, operation, request_type, currency,
          %1$s
        from cost_entry where occurred_at at time zone 'UTC' >= %3$s group by 1, 2, 3, 4, 5, 6, 7),
      rollup as (
        select bucket_start bucket, project, provider, model, operation, request_type, currency,
          %2$s
        from cost_rollup where bucket_start at time zone 'UTC' >= %3$s
        group by 1, 2, 3, 4, 5, 6, 7)
      select concat_ws(' ', to_char(bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), project,
          provider, model, operation, request_type) || ': entries '
          || coalesce(entry.requests, 0) || ' requests, ' || trim_scale(coalesce(entry.total_cost, 0))
          || '; rollups ' || coalesce(rollup.requests, 0) || ', '
          || trim_scale(coalesce(rollup.total_cost, 0)),
        count(*) over ()
      from entry full join rollup
        using (bucket, project, provider, model, operation, request_type, currency)
      where (entry.requests, entry.succeeded, entry.failed, entry.cancelled,
          entry.fallback_requests, entry.unpriced_requests, entry.prompt_tokens,
          entry.completion_tokens, entry.total_cost, entry.prompt_cost, entry.completion_cost)
        is distinct from
        (rollup.requests, rollup.succeeded, rollup.failed, rollup.cancelled,
          rollup.fallback_requests, rollup.unpriced_requests, rollup.prompt_tokens,
          rollup.completion_tokens, rollup.total_cost, rollup.prompt_cost, rollup.completion_cost)
      order by bucket limit %%d
      """
          .formatted(
              VALUES.formatted(STATUSES_OF_ENTRIES), VALUES.formatted(STATUSES_OF_ROLLUPS), OPEN);

  private LedgerSql() {}
}
