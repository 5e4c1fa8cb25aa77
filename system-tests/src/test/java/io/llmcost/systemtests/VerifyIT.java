package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code ./llmcost verify} on a whole stack, whose ledger is then tampered with. */
class VerifyIT {
  private static final int PORT_OFFSET = 4_500;
  private static final int EVENTS = 200;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static RunningStack stack;
  private static LedgerTables ledger;
  private static UUID victim;

  @BeforeAll
  static void start() throws IOException, SQLException, InterruptedException, ExecutionException {
    stack = RunningStack.start(PORT_OFFSET);
    ledger = new LedgerTables(stack.address("postgres"));
    Events events = new Events(PORT_OFFSET, EVENTS);
    events.setPrices(stack);
    try (EventSender sender = new EventSender(stack, events)) {
      for (int i = 0; i < EVENTS; i++) {
        sender.send(i);
      }
      sender.send(0);
      sender.finish();
    }
    try (Wire wire = new Wire(stack)) {
      for (String topic : List.of(Topics.COMPLETED, Topics.COSTED)) {
        wire.send(topic, "poison", "no event".getBytes(StandardCharsets.UTF_8));
      }
      wire.finish();
    }
    victim = events.id(7);
    ledger.awaitEvents(EVENTS, LIMIT);
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void untouchedLedgerPassesEveryComparison() {
    Llmcost.Result verify = verify("--deep");

    assertThat(verify.exit()).as(verify.output()).isZero();
    assertThat(verify.output())
        .doesNotContain("FAIL")
        .contains(
            "hop 1  records <= costed + dead letters",
            "200 + 1 + 0 + 1",
            "of 200 events; 2 dead letters",
            "deep  completed records neither costed nor dead letters = 0");
  }

  @Test
  void untouchedLedgerPassesInSeveralPassesToo() {
    Llmcost.Result verify = verify("--deep", "--events-in-memory", "30");

    assertThat(verify.exit()).as(verify.output()).isZero();
    assertThat(verify.output()).contains("of 200 events; 2 dead letters");
  }

  @Test
  void removedRowIsFoundAndNamed() throws SQLException {
    withTampered(
        "delete from cost_entry where event_id = '%s'",
        () -> {
          assertDiffers(verify(), "ledger  recorded = entries", "rollups  sum(total_cost)");
          // In several passes over the topics, of which only one has the victim.
          assertDiffers(
              verify("--deep", "--events-in-memory", "64"),
              "neither in the ledger nor dead letters",
              victim + " at");
        });
  }

  @Test
  void doubledRowIsFoundUnderAnotherIdAndNamed() throws SQLException {
    withTampered(
        """
        insert into cost_entry
        select (jsonb_populate_record(entry, jsonb_build_object('event_id',
          overlay(event_id::text placing 'ffff' from 33)))).*
        from cost_entry entry where event_id = '%s'
        """,
        () -> {
          assertDiffers(verify(), "ledger  recorded = entries", "rollups  that differ");
          String twin = victim.toString().substring(0, 32) + "ffff";
          assertDiffers(verify("--deep"), "deep  events without a record", twin);
        });
  }

  @Test
  void doubledRowIsFoundAsARevisionToo() throws SQLException {
    withTampered(
        """
        insert into cost_entry
        select (jsonb_populate_record(entry, jsonb_build_object('revision', 2, 'repricing_id',
          event_id))).*
        from cost_entry entry where event_id = '%s'
        """,
        () ->
            assertDiffers(
                verify("--deep"),
                "ledger  recorded = entries",
                "ledger  revisions without the one before",
                victim + ": no record asks for"));
  }

  @Test
  void changedAmountIsFound() throws SQLException {
    withTampered(
        "update cost_entry set total_cost = total_cost + 1e-18 where event_id = '%s'",
        () ->
            assertDiffers(
                verify("--deep"),
                "rollups  sum(total_cost)",
                "rollups  that differ from their entries = 0: 20",
                "ledger  entries that are not the sum of their lines",
                victim.toString()));
  }

  @Test
  void amountThatWasChangedInEveryTableIsFoundInTheTopic() throws SQLException {
    withTampered(
        """
        with changed as (
          update cost_entry set total_cost = total_cost + 0.5,
            line_items = jsonb_set(line_items, '{0,amount}',
              to_jsonb(((line_items -> 0 ->> 'amount')::numeric + 0.5)::text))
          where event_id = '%s' returning *)
        update cost_rollup rollup set total_cost = rollup.total_cost + 0.5
        where ctid = (select min(r.ctid) from cost_rollup r join changed on r.project =
          changed.project and r.model = changed.billed_model and r.provider = changed.provider
          and r.operation = changed.operation and r.request_type = changed.request_type
          and r.bucket_start =
          to_timestamp(floor(extract(epoch from changed.occurred_at) / 900) * 900))
        """,
        () -> {
          assertThat(verify().exit()).isZero();
          assertDiffers(
              verify("--deep"), "another usage or cost than their records", victim.toString());
        });
  }

  @Test
  void tamperedRollupIsFoundAlsoWhereTheSumsAgree() throws SQLException {
    withTampered(
        "update cost_rollup set requests = requests + 1 where ctid = (select min(ctid) from"
            + " cost_rollup)",
        () -> assertDiffers(verify(), "rollups  sum(requests)", "rollups  that differ"));
    withTampered(
        """
        update cost_rollup set total_cost = total_cost + case when ctid =
          (select min(ctid) from cost_rollup) then 0.25 else -0.25 end
        where ctid in (select min(ctid) from cost_rollup union select max(ctid) from cost_rollup)
        """,
        () -> {
          Llmcost.Result verify = verify();
          assertDiffers(verify, "rollups  that differ from their entries = 0: 20");
          assertThat(verify.output()).contains("1 of ");
        });
  }

  @Test
  void sealedMonthStandsForItsEntries() throws SQLException {
    String seal =
        """
        with gone as (delete from cost_entry returning *)
        insert into sealed_month (month, sealed_at, entries, currency, requests, fallback_requests,
          unpriced_requests, prompt_tokens, completion_tokens, total_cost, prompt_cost,
          completion_cost)
        select date_trunc('month', now())::date, now(), count(*), 'USD', sum(requests),
          sum(fallback_requests), sum(unpriced_requests), sum(prompt_tokens),
          sum(completion_tokens), sum(total_cost) + %s, sum(prompt_cost), sum(completion_cost)
        from gone
        """;
    withTampered(
        seal.formatted("0"),
        () -> {
          Llmcost.Result verify = verify("--deep");
          assertThat(verify.exit()).as(verify.output()).isZero();
          assertThat(verify.output()).contains("0 + 200; revisions among them: 0");
        });
    withTampered(seal.formatted("0.01"), () -> assertDiffers(verify(), "rollups  sum(total_cost)"));
  }

  private static void withTampered(String sql, Runnable test) throws SQLException {
    ledger.tampered(sql.contains("%s") ? sql.formatted(victim) : sql, test);
  }

  private static void assertDiffers(Llmcost.Result verify, String... failures) {
    assertThat(verify.exit()).as(verify.output()).isEqualTo(1);
    List<String> failed = verify.output().lines().filter(line -> line.contains("FAIL")).toList();
    for (String failure : failures) {
      assertThat(failed).anyMatch(line -> line.contains(failure));
    }
    assertThat(verify.output().lines().toList().getLast()).contains("comparisons differ");
  }

  private static Llmcost.Result verify(String... options) {
    String[] all = new String[options.length + 1];
    all[0] = "verify";
    System.arraycopy(options, 0, all, 1, options.length);
    return stack.tryCommand(all);
  }
}
