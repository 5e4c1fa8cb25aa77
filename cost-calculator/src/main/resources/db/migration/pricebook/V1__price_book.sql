-- The price book: append-only, effective-dated. Its schema is the first of the search path.
create extension if not exists btree_gist;

-- One row: its lock serialises changes, its number is the version that costed events carry.
create table price_book_version (
  only_row boolean primary key default true check (only_row),
  version  bigint  not null
);
insert into price_book_version (version) values (0);

-- The audit: every version, who made it, when and why.
create table price_book_change (
  version    bigint      primary key check (version > 0),
  changed_at timestamptz not null unique,        -- also the superseded_at of the rows that it ended
  actor      text        not null check (actor <> ''),
  action     text        not null check (action in ('ship', 'set', 'deactivate')),
  comment    text        not null default ''
);

create table price (
  id              bigint generated always as identity primary key,
  -- the key: * is any
  provider        text           not null check (provider <> '' and provider = lower(provider)),
  match_kind      text           not null check (match_kind in ('exact', 'prefix', 'pattern', 'default')),
  match_value     text           not null check (match_value <> '' and (match_kind = 'pattern' or match_value = lower(match_value))),
  meter           text           not null check (meter <> ''),
  service_tier    text           not null default '*' check (service_tier <> ''),
  region          text           not null default '*' check (region <> '' and region = lower(region)),
  context_above   bigint         not null default 0 check (context_above >= 0),
  time_window     text           not null default '*' check (time_window = '*' or time_window ~ '^[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d$'),
  -- the rate: unit_price buys unit of the meter
  unit_price      numeric(38,18) not null check (unit_price >= 0),
  unit            bigint         not null check (unit > 0),
  currency        text           not null check (currency ~ '^[A-Z]{3}$'),
  -- when it is in force; null is open
  effective_from  timestamptz,
  effective_to    timestamptz,
  active          boolean        not null default true,   -- false: no price on purpose
  -- where it comes from
  source          text           not null check (source <> ''),
  source_date     date,
  description     text           not null default '',
  created_version bigint         not null references price_book_change (version),
  superseded_at   timestamptz    references price_book_change (changed_at),
  check (match_kind <> 'default' or match_value = '*'),
  check (effective_from < effective_to),
  constraint price_ranges_apart exclude using gist (
    provider with =, match_kind with =, match_value with =, meter with =, service_tier with =,
    region with =, context_above with =, time_window with =,
    tstzrange(effective_from, effective_to) with &&
  ) where (superseded_at is null)
);
create index price_in_force on price (provider, match_value, id) where superseded_at is null;

create table model_alias (
  id              bigint generated always as identity primary key,
  provider        text        not null check (provider <> '' and provider = lower(provider)),
  match_kind      text        not null check (match_kind in ('exact', 'prefix', 'pattern')),
  match_value     text        not null check (match_value <> '' and (match_kind = 'pattern' or match_value = lower(match_value))),
  model           text        not null check (model <> '' and model = lower(model)),
  effective_from  timestamptz,
  effective_to    timestamptz,
  source          text        not null check (source <> ''),
  source_date     date,
  description     text        not null default '',
  created_version bigint      not null references price_book_change (version),
  superseded_at   timestamptz references price_book_change (changed_at),
  check (effective_from < effective_to),
  constraint alias_ranges_apart exclude using gist (
    provider with =, match_kind with =, match_value with =,
    tstzrange(effective_from, effective_to) with &&
  ) where (superseded_at is null)
);

-- Append-only, whoever writes: the one change that a row knows is that it is superseded, once.
create function refuse_rewriting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
     and to_jsonb(new) - 'superseded_at' = to_jsonb(old) - 'superseded_at' then
    return new;
  end if;
  raise exception '% of %: rows are superseded, never changed or removed', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;

create trigger price_append_only before update or delete on price
  for each row execute function refuse_rewriting();
create trigger model_alias_append_only before update or delete on model_alias
  for each row execute function refuse_rewriting();

create function refuse_audit_rewriting() returns trigger language plpgsql as $$
begin
  raise exception '% of %: the audit is only added to', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;

create trigger price_book_change_append_only before update or delete on price_book_change
  for each row execute function refuse_audit_rewriting();

create trigger price_not_emptied before truncate on price
  for each statement execute function refuse_audit_rewriting();
create trigger price_book_change_not_emptied before truncate on price_book_change
  for each statement execute function refuse_audit_rewriting();

-- Heard by every calculator at commit.
create function announce_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('pricebook_changed', new.version::text);
  return null;
end $$;

create trigger price_book_change_announced after insert on price_book_change
  for each row execute function announce_change();
