package io.llmcost.recorder.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.recorder.Costed;
import io.llmcost.recorder.EventBody;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.LlmRequestCosted;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CostingRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final BigDecimal ONE = BigDecimal.ONE.setScale(18);

  @Test
  void aConsistentEventIsFit() {
    Costed costed = Costed.at(NOON);

    Reading reading = CostingRules.read(costed.event(), 5, NOON, EventBody::of);

    assertThat(reading).isInstanceOf(Costing.class);
    Costing costing = (Costing) reading;
    assertThat(costing.rollup().shard()).isEqualTo(5);
    assertThat(costing.month()).isEqualTo(new Month(2026, 11));
    assertThat(costing.amounts().promptTokens()).isEqualTo(1_200);
    assertThat(costing.amounts().totalCost()).isEqualByComparingTo("0.00334");
  }

  @Test
  void theMonthIsThatOfTheIdInUtc() {
    Costed costed = Costed.at(Instant.parse("2026-10-31T23:59:59.999Z"));
    Costed next = Costed.at(Instant.parse("2026-11-01T00:00:00Z"));

    assertThat(Readings.costing(costed).month()).isEqualTo(new Month(2026, 10));
    assertThat(Readings.costing(next).month()).isEqualTo(new Month(2026, 11));
    assertThat(new Month(2026, 11).firstId()).isGreaterThan(costed.id());
    assertThat(new Month(2026, 11).firstId()).isLessThan(next.id());
  }

  @Test
  void whatBreaksARuleIsRefusedByItsField() {
    refused("completed.occurred_at", event -> event.getCompleted().setOccurredAt(Instant.EPOCH));
    refused("completed.project", event -> event.getCompleted().setProject("a\0b"));
    refused("completed.event_id", event -> event.getCompleted().setEventId("no-uuid"));
    refused(
        "completed.event_id",
        event -> event.getCompleted().setEventId(UUID.randomUUID().toString()));
    refused(
        "completed.event_id",
        event ->
            event.getCompleted().setEventId(Costed.at(NOON.minus(Duration.ofDays(8))).id() + ""));
    refused("repricing_id", event -> event.setRepricingId("repricing 1"));
    refused("repricing_id", event -> event.setCorrects(event.getCompletionDigest()));
    refused("cost_status", event -> event.setCostStatus("ROUNDED"));
    refused("cost_status", event -> event.setCostStatus(CostStatuses.VOID));
    refused("currency", event -> event.setCurrency("usd"));
    refused("price_book_version", event -> event.setPriceBookVersion(-1));
    refused("total_cost", event -> event.setTotalCost(event.getTotalCost().add(ONE)));
    refused("prompt_cost", event -> event.setPromptCost(ONE));
    refused("completion_cost", event -> event.setCompletionCost(ONE.negate()));
    refused("line_items[0].amount", event -> event.getLineItems().get(0).setAmount(ONE.negate()));
    refused(
        "line_items[1].quantity",
        event -> event.getLineItems().get(1).setQuantity(new BigDecimal("-1.000000000")));
    refused("line_items[0].status", event -> event.getLineItems().get(0).setStatus("CHEAP"));
    refused("line_items[0].meter", event -> event.getLineItems().get(0).setMeter("in\0put"));
    refused("line_items[1].price_id", event -> event.getLineItems().get(1).setPriceId("\0"));
    refused("line_items[1].model", event -> event.getLineItems().get(1).setModel("m".repeat(513)));
  }

  @Test
  void anAmountBeyondReasonIsRefused() {
    BigDecimal much = new BigDecimal("1000000000001").setScale(18);
    refused(
        "total_cost",
        event -> {
          event.getLineItems().get(0).setAmount(much);
          event.setTotalCost(much.add(event.getCompletionCost()));
          event.setPromptCost(much);
        });
  }

  private static void refused(String field, Consumer<LlmRequestCosted> spoiling) {
    LlmRequestCosted event = Costed.at(NOON).event();
    spoiling.accept(event);

    Reading reading = CostingRules.read(event, 0, NOON, EventBody::of);

    assertThat(reading).as(field).isInstanceOf(Refusal.class);
    Refusal refusal = (Refusal) reading;
    assertThat(refusal.cause()).isEqualTo(Refusal.Cause.INVALID);
    assertThat(refusal.message()).startsWith(field + ": ");
  }
}
