-- The past priced anew: repricings by selection, corrections event by event. Both examine first (a dry run), and then
-- send what events should cost to llm.request.costed; the ledger adds the differences.

create table repricing (
  id                 uuid        primary key,            -- UUIDv7; the repricing_id of the rows that it adds to the ledger
  kind               text        not null check (kind in ('repricing', 'correction')),
  made_at            timestamptz not null,
  made_by            text        not null check (made_by <> ''),
  reason             text        not null check (reason <> ''),
  selector           jsonb       not null,               -- what is looked at; of a correction, how many events
  idempotency_key    text        unique,
  request_digest     text        not null,               -- tells a repeated request from another of the same key
  rate               integer     not null check (rate > 0), -- targets a second
  apply_at_once      boolean     not null,               -- no dry run to be looked at before
  price_book_version bigint      not null,               -- what dry run and apply both price by
  state              text        not null check (state in ('examining', 'examined', 'applying', 'sent', 'applied', 'cancelled')),
  state_at           timestamptz not null,
  next_at            timestamptz not null,               -- not to be worked on before
  cursor_at          timestamptz,                        -- the last event that was looked at in this state; null: none yet
  cursor_id          uuid,
  sent_through       timestamptz,                        -- when Kafka appended the last target
  -- once applied: what the ledger made of it
  recorded           bigint,
  ledger_unchanged   bigint,
  moved              numeric(38,18)
);
create index repricing_active on repricing (next_at) where state in ('examining', 'applying', 'sent');

-- What was found and what was sent, by day (UTC, of occurred_at) and model.
create table repricing_difference (
  repricing_id uuid           not null references repricing,
  phase        text           not null check (phase in ('dry_run', 'apply')),
  day          date           not null,
  provider     text           not null,
  model        text           not null,
  examined     bigint         not null,
  changed      bigint         not null,
  failed       bigint         not null,
  cost_before  numeric(38,18) not null,                  -- of the changed ones
  cost_after   numeric(38,18) not null,
  primary key (repricing_id, phase, day, provider, model)
);

-- The first hundred events that could not be priced.
create table repricing_failure (
  repricing_id uuid not null references repricing,
  phase        text not null,
  event_id     uuid not null,
  reason       text not null,
  primary key (repricing_id, phase, event_id)
);

create table correction_item (
  repricing_id   uuid    not null references repricing,
  position       integer not null,                       -- as in the request
  event_id       uuid    not null,
  usage          jsonb,                                  -- [{meter, quantity, model?}]; null takes the event back
  context_tokens bigint,
  basis          bytea   not null,                       -- completion_digest of the usage that this one takes the place of
  primary key (repricing_id, event_id)
);

-- Who did what, and what became of it.
create table repricing_act (
  id           bigint      generated always as identity primary key,
  repricing_id uuid        not null references repricing,
  at           timestamptz not null,
  who          text        not null,
  act          text        not null,
  detail       text        not null default ''
);
create index repricing_act_of on repricing_act (repricing_id, id);

create trigger repricing_act_append_only before update or delete on repricing_act
  for each row execute function refuse_audit_rewriting();
create trigger repricing_act_not_emptied before truncate on repricing_act
  for each statement execute function refuse_audit_rewriting();
