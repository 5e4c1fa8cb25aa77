package io.llmcost.schemas;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The one event that this module's tests start from; every field is set. */
final class Events {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  static final String ID = "019ab5a2-7f00-7abc-8def-0123456789ab";

  static {
    EventSchemas.trust();
  }

  private Events() {}

  static LlmRequestCompleted.Builder completed() {
    return LlmRequestCompleted.newBuilder()
        .setEventId(ID)
        .setExternalId("order-17/call-2")
        .setOccurredAt(Instant.parse("2026-11-24T11:59:58.123456Z"))
        .setSource("checkout")
        .setProject("shop")
        .setProvider("openai")
        .setOperation("chat")
        .setModelRequested("gpt-4o")
        .setModel("gpt-4o-2024-08-06")
        .setServiceTier("default")
        .setRegion("eu")
        .setRequestType("summary")
        .setUserId("user-7")
        .setTrackable(new Trackable("order", "17"))
        .setApiKeyId("key-3")
        .setTags(Map.of("team", "search"))
        .setMetadata(Map.of("release", "2026-11"))
        .setStatus(Statuses.SUCCEEDED)
        .setHttpStatus(200)
        .setErrorCode("none")
        .setStreamed(true)
        .setLatencyMillis(1_234L)
        .setTimeToFirstTokenMillis(210L)
        .setUsage(
            List.of(
                Meters.item(Meters.INPUT, 1_200),
                Meters.item(Meters.INPUT_CACHE_READ, 800),
                Meters.item(Meters.OUTPUT, 340),
                new UsageItem(Meters.AUDIO_SECOND, new BigDecimal("12.345678901"), "whisper-1")))
        .setUsageSource(UsageSources.PROVIDER)
        .setUsageInconsistent(true)
        .setContextTokens(2_000L)
        .setProviderReportedCost(new ReportedCost(rate("0.0123"), "USD"))
        .setRequestId("req-42");
  }

  static LlmRequestCosted costed() {
    LlmRequestCompleted completed = completed().build();
    return LlmRequestCosted.newBuilder()
        .setCompleted(completed)
        .setCompletionDigest(CompletionDigests.of(completed))
        .setRepricingId("019ab5a2-7f00-7abc-8def-0123456789ac")
        .setPriceBookVersion(9)
        .setCostStatus(CostStatuses.PRICED)
        .setCurrency("USD")
        .setTotalCost(rate("0.0064"))
        .setPromptCost(rate("0.003"))
        .setCompletionCost(rate("0.0034"))
        .setLineItems(
            List.of(
                CostLine.newBuilder()
                    .setMeter(Meters.INPUT)
                    .setQuantity(new BigDecimal("1200.000000000"))
                    .setModel("gpt-4o-mini")
                    .setStatus(CostStatuses.PRICED)
                    .setUnitPrice(rate("2.5"))
                    .setUnit(1_000_000L)
                    .setAmount(rate("0.003"))
                    .setPriceId("41")
                    .setRateSubstituted(true)
                    .build()))
        .setCostedAt(Instant.parse("2026-11-24T12:00:00.000001Z"))
        .build();
  }

  private static BigDecimal rate(String text) {
    return new BigDecimal(text).setScale(18);
  }
}
