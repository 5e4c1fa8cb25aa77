-- Models that somebody should look at: counted by the calculators as they price, a sum a model and concern.
create table attention (
  provider        text           not null,
  model           text           not null,               -- * stands for all that came after the queue was full
  concern         text           not null check (concern in ('unpriced', 'fallback', 'no_usage', 'outlier', 'reported_cost')),
  requests        bigint         not null,
  tokens          bigint         not null,               -- of the meters concerned
  amount          numeric(38,18) not null,               -- what was charged for them
  reported_amount numeric(38,18) not null,               -- what the provider said, where the concern is about that
  meters          text[]         not null,
  first_seen      timestamptz    not null,               -- occurred_at
  last_seen       timestamptz    not null,
  last_event_id   uuid           not null,
  service_tier    text,                                  -- of the last event
  region          text,
  dismissed_at    timestamptz,
  dismissed_by    text,
  dismiss_reason  text,
  dismissed_requests bigint,                             -- how many requests the dismissal has seen
  primary key (provider, model, concern)
);

-- How far each partition of llm.request.completed is counted, written with the counts: what is priced again after a
-- crash is not counted again. The time of append tells a topic from one made anew under its name.
create table attention_mark (
  partition   integer     primary key,
  next_offset bigint      not null,
  appended_at timestamptz not null
);

-- Who dismissed what, and who took it back. Append-only, as the book's own audit is.
create table attention_decision (
  id       bigint      generated always as identity primary key,
  at       timestamptz not null,
  actor    text        not null check (actor <> ''),
  act      text        not null check (act in ('dismiss', 'reopen')),
  provider text        not null,
  model    text        not null,
  concern  text        not null,
  reason   text        not null
);
create trigger attention_decision_append_only before update or delete on attention_decision
  for each row execute function refuse_audit_rewriting();
create trigger attention_decision_not_emptied before truncate on attention_decision
  for each statement execute function refuse_audit_rewriting();
