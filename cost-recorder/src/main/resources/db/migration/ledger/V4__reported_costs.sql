-- Costs that providers report are compared with ours; few entries have one, and no other is in this index.
create index cost_entry_reported on cost_entry (occurred_at) where reported_cost is not null and revision = 0;
