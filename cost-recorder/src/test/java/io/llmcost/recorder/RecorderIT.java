package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Costed events into the ledger, exactly once, on real parts. */
class RecorderIT {
  private static final String GROUP = "cost-recorder";
  private static final Instant IN_2023 = Instant.parse("2023-11-16T18:17:03Z");

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
  }

  @AfterEach
  void endWorld() {
    world.close();
  }

  @Test
  void eventsOfAnyMonthAreRecordedWithTheirRollups() {
    List<Costed> events = new ArrayList<>(some(40, Instant.now()));
    events.addAll(some(30, IN_2023));
    events.add(Costed.at(IN_2023).withStatus(Statuses.FAILED).withTokens(0, 0));
    events.add(Costed.at(IN_2023).withCostStatus(CostStatuses.FALLBACK));
    events.add(Costed.at(IN_2023).withPrice("0").withCostStatus(CostStatuses.UNPRICED));
    world.send(events);

    world.start();

    world.awaitReceived(events.size());
    world.assertExact(events);
    assertThat(world.count("select count(*) from cost_entry_2023_11")).isEqualTo(33);
    assertThat(world.count("select sum(failed) from cost_rollup")).isEqualTo(1);
    assertThat(world.count("select sum(fallback_requests) from cost_rollup")).isEqualTo(1);
    assertThat(world.count("select sum(unpriced_requests) from cost_rollup")).isEqualTo(1);
  }

  @Test
  void everyFieldIsKeptAsItCame() {
    Costed event = Costed.at(IN_2023.plusNanos(123_456_000));
    world.send(event);
    world.start();
    world.awaitReceived(1);

    Map<String, Object> row =
        world
            .sql()
            .sql(
                """
                select event_id, revision, occurred_at::text, source, project, provider, operation,
                  model, billed_model, request_type, user_id, trackable_type, trackable_id,
                  tags::text as tags, metadata, status, http_status, streamed, latency_millis,
                  time_to_first_token_millis, usage_source, context_tokens, requests,
                  prompt_tokens, completion_tokens, price_book_version, cost_status, currency,
                  total_cost, prompt_cost, completion_cost, line_items->0->>'unit_price' as price,
                  encode(completion_digest, 'hex') as digest, reported_cost
                from cost_entry
                """)
            .query()
            .singleRow();

    assertThat(row)
        .containsEntry("event_id", event.id())
        .containsEntry("revision", 0)
        .containsEntry("source", "checkout")
        .containsEntry("project", "shop")
        .containsEntry("operation", "chat")
        .containsEntry("billed_model", "gpt-4.1")
        .containsEntry("trackable_type", "order")
        .containsEntry("trackable_id", "4711")
        .containsEntry("tags", "{\"note\": \"a \\\"quoted\\\" ü\", \"team\": \"checkout\"}")
        .containsEntry("metadata", null)
        .containsEntry("http_status", 200)
        .containsEntry("streamed", true)
        .containsEntry("latency_millis", 812L)
        .containsEntry("context_tokens", 1_200L)
        .containsEntry("prompt_tokens", 1_200L)
        .containsEntry("completion_tokens", 34L)
        .containsEntry("price_book_version", 7L)
        .containsEntry("cost_status", "PRICED")
        .containsEntry("currency", "USD")
        .containsEntry("total_cost", new BigDecimal("0.003340000000000000"))
        .containsEntry("prompt_cost", new BigDecimal("0.003000000000000000"))
        .containsEntry("completion_cost", new BigDecimal("0.000340000000000000"))
        .containsEntry("price", "2.5")
        .containsEntry("reported_cost", null);
    assertThat(
            world.count(
                "select count(*) from cost_entry where occurred_at ="
                    + " '2023-11-16T18:17:03.123456Z'"))
        .isEqualTo(1);
  }

  @Test
  void redeliveredBatchAddsNothing() {
    List<Costed> events = some(200, Instant.now());
    world.send(events);
    world.start();
    world.awaitReceived(200);

    world.send(events);
    world.send(events.stream().map(event -> event.withPrice("3")).toList());

    world.awaitReceived(600);
    world.assertExact(events);
    assertThat(world.count("select sum(already_recorded) from ledger_offset")).isEqualTo(400);
    assertThat(world.count("select sum(price_differs) from ledger_offset")).isEqualTo(200);
  }

  @Test
  void killedBetweenTheTwoCommitsNothingIsDoubled() {
    List<Costed> events = some(300, Instant.now());
    world.send(events);
    world.start().close();
    world.start();
    world.awaitReceived(300);
    await().untilAsserted(() -> assertThat(world.committedSum(GROUP)).isEqualTo(300));
    world.stopRecorders();
    world.forgetCommitted(GROUP);

    world.start();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(world.committedSum(GROUP)).isEqualTo(300));
    world.assertExact(events);
    assertThat(world.received()).isEqualTo(300);
  }

  @Test
  void offsetMismatchRollsBackAndSeeks() {
    List<Costed> events = some(120, Instant.now());
    world.send(events);
    world.start();
    world.awaitReceived(120);

    // As if another recorder had taken some of them, and died before the rest.
    long moved =
        3L
            * world
                .sql()
                .sql(
                    """
                    update ledger_offset set next_offset = next_offset - 3
                    where topic = 'llm.request.costed' and next_offset >= 3
                    """)
                .update();
    assertThat(moved).isPositive();
    List<Costed> later = some(60, Instant.now());
    world.send(later);

    world.awaitReceived(180 + moved);
    List<Costed> all = new ArrayList<>(events);
    all.addAll(later);
    world.assertExact(all);
    assertThat(world.received()).isEqualTo(180 + moved);
    assertThat(world.count("select sum(already_recorded) from ledger_offset")).isEqualTo(moved);
  }

  @Test
  void repricingsAndEstimatesMoveTheSumToTheTarget() {
    Costed event = Costed.at(Instant.now());
    Costed estimate =
        Costed.at(Instant.now()).withUsageSource(UsageSources.ESTIMATED).withTokens(10, 10);
    world.send(event, estimate);
    world.start();
    world.awaitReceived(2);

    Costed cheaper = event.withPrice("1").repricedBy(UUID.randomUUID());
    Costed actual = estimate.withUsageSource(UsageSources.PROVIDER).withTokens(1_000, 20);
    world.send(cheaper, actual);
    world.awaitReceived(4);
    world.send(cheaper, actual, estimate, event.withPrice("1").repricedBy(UUID.randomUUID()));
    world.awaitReceived(8);

    assertThat(world.sum("select sum(total_cost) from cost_entry"))
        .isEqualByComparingTo(cheaper.total().add(actual.total()));
    assertThat(world.count("select sum(prompt_tokens) from cost_entry")).isEqualTo(2_200);
    assertThat(world.count("select sum(requests) from cost_entry")).isEqualTo(2);
    assertThat(world.count("select count(*) from cost_entry where revision = 1")).isEqualTo(2);
    assertThat(world.count("select sum(unchanged) from ledger_offset")).isEqualTo(1);
    assertThat(world.count("select sum(already_recorded) from ledger_offset")).isEqualTo(3);
    world.assertRollupsEqualTheLedger();
  }

  @Test
  void anIdlePartitionIsKnownToBeComplete() {
    world.start();
    Instant asked = Instant.now();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        world.count(
                            "select count(*) from ledger_offset where complete_through > '"
                                + asked
                                + "'"))
                    .isEqualTo(12));
    assertThat(
            world.count(
                "select count(*) from ledger_offset"
                    + " where topic like '%-dlt' and complete_through is not null"))
        .isZero();
  }

  @Test
  void aRecreatedTopicIsReadFromItsBeginning() {
    List<Costed> before = some(50, Instant.now());
    world.send(before);
    world.start();
    world.awaitReceived(50);
    world.stopRecorders();
    world.recreateTopics();
    List<Costed> after = some(20, Instant.now());
    world.send(after);

    world.start();

    world.awaitReceived(70);
    List<Costed> all = new ArrayList<>(before);
    all.addAll(after);
    world.assertExact(all);
    assertThat(
            world.count(
                "select count(distinct topic_id) from ledger_offset where topic"
                    + " = 'llm.request.costed'"))
        .isEqualTo(2);
  }

  @Test
  void twoInstancesShareTheWorkAndTakeEachOthersOver() {
    ConfigurableApplicationContext first = world.start();
    List<Costed> all = new ArrayList<>();
    sendSome(all, 1_500);
    world.start();
    sendSome(all, 1_500);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(world.members(GROUP)).hasSize(4));
    sendSome(all, 1_000);
    first.close();
    sendSome(all, 1_000);

    world.awaitReceived(5_000);
    world.assertExact(all);
  }

  private void sendSome(List<Costed> all, int count) {
    List<Costed> events = some(count, Instant.now());
    world.send(events);
    all.addAll(events);
  }

  private static List<Costed> some(int count, Instant around) {
    List<Costed> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          Costed.at(around.plusMillis(i * 10L))
              .withProject("project-" + i % 4)
              .withModel("model-" + i % 3)
              .withTokens(7L + i * 7L, i));
    }
    return events;
  }
}
