-- Schema ledger: the recorder's tables, read by reports. Flyway, and every connection of a service, has it first on
-- its search_path.

-- Append-only: nothing here is updated or deleted, a month is dropped as a whole once it is sealed. The sum over an
-- event's rows is what it cost.
create table cost_entry (
  event_id           uuid        not null,               -- UUIDv7; its own time decides the partition (UTC month)
  revision           integer     not null,               -- 0 = original
  repricing_id       uuid,                               -- null for revision 0
  recorded_at        timestamptz not null,
  occurred_at        timestamptz not null,
  source             text        not null,
  project            text        not null,               -- '' where the event has none (same for request_type, user_id)
  provider           text        not null,
  operation          text        not null,
  model_requested    text,
  model              text,                               -- as the provider named it
  billed_model       text        not null,               -- coalesce(model, model_requested, 'unknown'): what reports call "model"
  service_tier       text,
  region             text,
  request_type       text        not null,
  user_id            text        not null,
  trackable_type     text,
  trackable_id       text,
  api_key_id         text,
  tags               jsonb,                              -- null when empty
  metadata           jsonb,                              -- null when empty
  status             text        not null,
  http_status        integer,
  error_code         text,
  streamed           boolean     not null,
  latency_millis     bigint,
  time_to_first_token_millis bigint,
  usage_source       text        not null,
  usage_inconsistent boolean     not null,
  context_tokens     bigint,
  reported_cost      numeric(38,18),
  reported_currency  text,
  request_id         text,
  external_id        text,
  completion_digest  bytea       not null,
  -- signed: a repricing moves them
  requests           smallint    not null,               -- 1 for revision 0, 0 after
  fallback_requests  smallint    not null,
  unpriced_requests  smallint    not null,
  prompt_tokens      bigint      not null,
  completion_tokens  bigint      not null,
  price_book_version bigint      not null,
  cost_status        text        not null,
  currency           text        not null,
  total_cost         numeric(38,18) not null,
  prompt_cost        numeric(38,18) not null,
  completion_cost    numeric(38,18) not null,
  line_items         jsonb       not null,               -- [{meter, quantity, model?, status, unit_price, unit, amount, price_id, rate_substituted?}], decimals as strings
  primary key (event_id, revision)
) partition by range (event_id);                         -- one partition a UTC month, cost_entry_2026_11; made ahead or on demand outside the batch's transaction; no default partition
create unique index cost_entry_repricing on cost_entry (event_id, repricing_id) where repricing_id is not null;
create index cost_entry_occurred on cost_entry (occurred_at);  -- more indexes only with a measured reason
create index cost_entry_external on cost_entry (external_id) where external_id is not null;
create index cost_entry_request on cost_entry (request_id)  where request_id is not null;

create table cost_rollup (
  bucket_start timestamptz not null,                     -- 15 minutes, UTC, by occurred_at
  shard        smallint    not null,                     -- the Kafka partition that wrote it, so that two recorders do not wait for each other
  project      text not null, provider text not null, model text not null, -- billed_model
  operation    text not null, request_type text not null, currency text not null,
  requests bigint not null, succeeded bigint not null, failed bigint not null, cancelled bigint not null,
  fallback_requests bigint not null, unpriced_requests bigint not null,
  prompt_tokens bigint not null, completion_tokens bigint not null,
  total_cost numeric(38,18) not null, prompt_cost numeric(38,18) not null, completion_cost numeric(38,18) not null,
  primary key (bucket_start, project, provider, model, operation, request_type, currency, shard)
) with (fillfactor = 50);                                -- a hot row is updated in place, batch after batch

-- How far each partition of a topic was taken, and what became of its records, written in the batch's transaction:
-- received = recorded + already_recorded + unchanged + dead_lettered, always. Keyed by the topic's id, since a
-- recreated topic counts its offsets anew. Holds the dead-letter topics' own rows too.
create table ledger_offset (
  topic_id         uuid        not null,
  partition        integer     not null,
  topic            text        not null,
  next_offset      bigint      not null,
  received         bigint      not null default 0,
  recorded         bigint      not null default 0,
  already_recorded bigint      not null default 0,
  unchanged        bigint      not null default 0,
  dead_lettered    bigint      not null default 0,
  price_differs    bigint      not null default 0,       -- of already_recorded: came with another total than the recorded
  lost             bigint      not null default 0,       -- offsets that Kafka deleted before they were read; 0, or an operator must know
  complete_through timestamptz,                          -- every record appended to this partition before this instant is in the ledger;
                                                         -- moved on by idle polls too. Null: not a partition of the live llm.request.costed
  primary key (topic_id, partition),
  check (received = recorded + already_recorded + unchanged + dead_lettered)
) with (fillfactor = 50);

-- What a dropped month left: sum(rollup) = sum(cost_entry) + sum(sealed_month). An event older than the month after
-- the last one here is refused as CLOSED_PERIOD.
create table sealed_month (
  month             date        primary key,             -- its first day, UTC, by the time in event_id
  sealed_at         timestamptz not null,
  entries           bigint      not null,
  currency          text        not null,
  requests          bigint      not null,
  fallback_requests bigint      not null,
  unpriced_requests bigint      not null,
  prompt_tokens     bigint      not null,
  completion_tokens bigint      not null,
  total_cost        numeric(38,18) not null,
  prompt_cost       numeric(38,18) not null,
  completion_cost   numeric(38,18) not null,
  check (extract(day from month) = 1)
);

-- The dead-letter topics of both hops, one row a refused record. A record that was dead-lettered twice, because a
-- process died between Kafka's acknowledgement and its own commit, is one row.
create table dead_letter (
  id                 uuid        primary key,            -- UUIDv7 of dead_lettered_at and the first copy's place
  topic_id           uuid        not null,               -- where the first copy lies
  topic              text        not null,
  partition          integer     not null,
  dlt_offset         bigint      not null,
  dead_lettered_at   timestamptz not null,
  cause              text        not null,
  message            text        not null,
  exception          text,
  original_topic     text        not null,
  original_partition integer,                            -- null where no header tells
  original_offset    bigint,
  original_at        timestamptz,
  key                bytea,
  value              bytea,
  headers            jsonb       not null,               -- [[name, value]]: text where it is UTF-8, else {"hex": …}
  project            text,
  provider           text,
  model              text,
  state              text        not null default 'open',
  attempts           integer     not null default 1,
  unique (topic_id, partition, dlt_offset)
);
create unique index dead_letter_origin on dead_letter (original_topic, original_partition, original_offset, original_at);
create index dead_letter_cause on dead_letter (cause, id);
