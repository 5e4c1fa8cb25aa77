-- Who sealed a month: a token's name, a JWT's subject, or the setting that does it each day.
alter table sealed_month add column sealed_by text not null default 'unknown';

-- Repricings that moved nothing, and so left no row in cost_entry: sent again, they are known. Without it, the same
-- repricing would apply after another one had moved the event. Written in the batch's transaction, under the lock on
-- the event's revision 0; a month's go with the month.
create table repricing_seen (
  event_id     uuid not null,
  repricing_id uuid not null,
  primary key (event_id, repricing_id)
);
