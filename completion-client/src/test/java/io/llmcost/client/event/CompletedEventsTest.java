package io.llmcost.client.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.MeterReading;
import io.llmcost.client.provider.ProviderCost;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompletedEventsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final UUID ID = UUID.fromString("019ab5e2-0000-7000-8000-000000000001");

  @Test
  void joinsCallContextAndCompletion() {
    LlmCallContext context =
        LlmCallContext.of("shop")
            .withProject("p")
            .withUser("u")
            .withRequestType("t")
            .withTrackable("order", "7")
            .withApiKeyId("k")
            .withTag("team", "a")
            .withMetadata("m", "1")
            .withRequestId("r");
    LlmRequestCompleted event =
        CompletedEvents.of(
            context,
            call("asked"),
            completion("gpt", List.of(MeterReading.of("input", 5)), Map.of("provider_usage", "x")));

    assertThat(event.getEventId()).isEqualTo(ID.toString());
    assertThat(event.getOccurredAt()).isEqualTo(NOW);
    assertThat(event.getSource()).isEqualTo("shop");
    assertThat(event.getProject()).isEqualTo("p");
    assertThat(event.getUserId()).isEqualTo("u");
    assertThat(event.getRequestType()).isEqualTo("t");
    assertThat(event.getTrackable().getId()).isEqualTo("7");
    assertThat(event.getApiKeyId()).isEqualTo("k");
    assertThat(event.getTags()).isEqualTo(Map.of("team", "a"));
    assertThat(event.getMetadata()).isEqualTo(Map.of("m", "1", "provider_usage", "x"));
    assertThat(event.getRequestId()).isEqualTo("r");
    assertThat(event.getModelRequested()).isEqualTo("asked");
    assertThat(event.getModel()).isEqualTo("gpt");
    assertThat(event.getUsage().getFirst().getQuantity()).isEqualTo(new BigDecimal("5.000000000"));
    assertThat(event.getProviderReportedCost().getAmount())
        .isEqualTo(new BigDecimal("0.100000000000000000"));
    assertThat(EventRules.violations(event, NOW)).isEmpty();
  }

  @Test
  void oddTextOfAProviderCostsNoEvent() {
    LlmRequestCompleted event =
        CompletedEvents.of(
            LlmCallContext.of("s"),
            call(null),
            completion(
                "m\0\ud800" + "x".repeat(600),
                List.of(MeterReading.of("input", 5)),
                Map.of("provider_usage", "y".repeat(9_000))));

    assertThat(event.getModel()).startsWith("m\ufffd\ufffdx").hasSize(512);
    assertThat(EventRules.violations(event, NOW)).isEmpty();
  }

  @Test
  void modelThatNobodyToldIsUnknown() {
    LlmRequestCompleted event =
        CompletedEvents.of(
            LlmCallContext.of("s"), call(null), completion(" ", List.of(), Map.of()));

    assertThat(event.getModel()).isEqualTo("unknown");
    assertThat(event.getUsageSource()).isEqualTo("none");
    assertThat(EventRules.violations(event, NOW)).isEmpty();
  }

  @Test
  void countBeyondReasonIsNoBill() {
    LlmRequestCompleted event =
        CompletedEvents.of(
            LlmCallContext.of("s"),
            call("m"),
            completion("m", List.of(MeterReading.of("input", Long.MAX_VALUE)), Map.of()));

    assertThat(event.getUsage()).isEmpty();
    assertThat(event.getUsageSource()).isEqualTo("none");
    assertThat(EventRules.violations(event, NOW)).isEmpty();
  }

  @Test
  void contextIsCheckedBeforeTheCall() {
    assertThat(CompletedEvents.violations(LlmCallContext.of("s").withUser("u"))).isEmpty();
    assertThat(CompletedEvents.violations(LlmCallContext.of("s").withUser("u".repeat(513))))
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("user_id"));
    LlmCallContext large = LlmCallContext.of("s");
    for (int i = 0; i < 20; i++) {
      large = large.withMetadata("m" + i, "x".repeat(4_000));
    }
    assertThat(CompletedEvents.violations(large))
        .singleElement()
        .satisfies(v -> assertThat(v.field()).isEqualTo("metadata"));
  }

  private static LlmCall call(@Nullable String requested) {
    return new LlmCall(ID, "openai", "chat", requested, null, true, 200, NOW, 900L, 300L);
  }

  private static Completion completion(
      String model, List<MeterReading> usage, Map<String, String> metadata) {
    return new Completion(
        "succeeded",
        null,
        model,
        null,
        null,
        usage,
        "provider",
        false,
        metadata,
        null,
        new ProviderCost(new BigDecimal("0.1"), "USD"),
        null,
        null,
        true,
        false);
  }
}
