-- Price lists come in whole: one version, one entry of the audit.
alter table price_book_change drop constraint price_book_change_action_check;
alter table price_book_change add constraint price_book_change_action_check
  check (action in ('ship', 'set', 'deactivate', 'import'));
