-- Dead letters under an operator's control: states, replays, edits, and who did what.

alter table dead_letter
  add column state_at      timestamptz,                  -- when the state last changed; null: never
  add column replay_id     uuid,                         -- the replay that has it, or had it last
  add column failed_topic  text,                         -- where it was refused last, if not where it came from: a letter of
                                                         -- llm.request.completed may be priced and then refused by the ledger
  add column failed_at     timestamptz,                  -- when a replay of it failed last
  add column edit_version  integer,                      -- the edit in force; null: the original bytes
  add constraint dead_letter_state
    check (state in ('open', 'queued', 'replaying', 'recorded', 'parked', 'discarded'));

-- What waits for an operator, for the gauges and the inventory; the others are history.
create index dead_letter_waiting on dead_letter (state, original_topic, cause, dead_lettered_at)
  where state in ('open', 'parked');
create index dead_letter_key on dead_letter using hash (key);

-- Every version that an operator made of a dead letter; the original stays in dead_letter for ever.
create table dead_letter_edit (
  dead_letter_id uuid        not null references dead_letter,
  version        integer     not null,                   -- 1, 2, …
  base_version   integer,                                -- what it was made from; null: the original. An undo returns to it
  at             timestamptz not null,
  who            text        not null,
  reason         text        not null,
  key            bytea,                                  -- null: the original's
  value          bytea       not null,
  event_headers  jsonb,                                  -- project, provider, model, source as the edited event says; null: the original's
  difference     jsonb       not null,                   -- [{path, before, after}]
  primary key (dead_letter_id, version)
);

create table replay (
  id       uuid        primary key,                      -- UUIDv7
  made_at  timestamptz not null,
  made_by  text        not null,
  selector jsonb       not null,
  note     text,
  rate     integer     not null check (rate > 0),        -- records a second
  selected integer     not null,
  state    text        not null check (state in ('running', 'paused', 'cancelling', 'cancelled', 'sent')),
  state_at timestamptz not null,
  next_at  timestamptz not null                          -- not to be sent from before: how the rate holds across recorders and restarts
);
create index replay_active on replay (next_at) where state in ('running', 'cancelling');

-- The selection, fixed when the replay is made, in the order in which it is sent.
create table replay_item (
  replay_id      uuid     not null references replay,
  position       integer  not null,
  dead_letter_id uuid     not null references dead_letter,
  count          integer  not null,                      -- x-replay-count
  was_parked     boolean  not null,
  sent_at        timestamptz,                            -- set after Kafka's acknowledgement
  outcome        text check (outcome in ('recorded', 'already_recorded', 'failed', 'cancelled')),
  ended_at       timestamptz,
  primary key (replay_id, position),
  unique (dead_letter_id, replay_id)
);
create index replay_item_unsent on replay_item (replay_id, position) where sent_at is null and outcome is null;

-- Who did what, and what became of it. Append-only: the trigger says so to everybody.
create table audit (
  id             bigint      generated always as identity primary key,
  at             timestamptz not null,
  who            text        not null,                   -- a token's name, a JWT's subject, or the service itself
  act            text        not null,
  dead_letter_id uuid,
  replay_id      uuid,
  reason         text,
  detail         jsonb       not null default '{}'
);
create index audit_dead_letter on audit (dead_letter_id, id) where dead_letter_id is not null;
create index audit_replay on audit (replay_id, id) where replay_id is not null;

create function audit_is_append_only() returns trigger language plpgsql as
  $$ begin raise exception 'audit is append-only'; end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
