package io.llmcost.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.EventRules.Violation;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EventRulesTest {

  @Test
  void theSampleIsValid() {
    assertThat(violations(e -> e)).isEmpty();
  }

  @Test
  void failedCallNeedsNoUsage() {
    assertThat(violations(e -> e.setStatus(Statuses.FAILED).setUsage(List.of()))).isEmpty();
  }

  @Test
  void succeededCallNeedsUsageOrSaysThatItHasNone() {
    assertRefused(e -> e.setUsage(List.of()), "usage");
    assertThat(violations(e -> e.setUsage(List.of()).setUsageSource(UsageSources.NONE))).isEmpty();
  }

  @Test
  void timesOutsideTheWindowAreRefused() {
    assertRefused(e -> e.setOccurredAt(EventRules.EARLIEST.minusMillis(1)), "occurred_at");
    assertRefused(
        e -> e.setOccurredAt(Events.NOW.plus(Duration.ofHours(24)).plusMillis(1)), "occurred_at");
    assertThat(violations(e -> e.setOccurredAt(Events.NOW.plus(Duration.ofHours(24))))).isEmpty();
    assertThat(violations(e -> e.setOccurredAt(EventRules.EARLIEST))).isEmpty();
  }

  @Test
  void requiredFieldsAreNamed() {
    assertRefused(e -> e.setEventId(""), "event_id");
    assertRefused(e -> e.setSource(" "), "source");
    assertRefused(e -> e.setProvider(""), "provider");
    assertRefused(e -> e.setOperation(""), "operation");
    assertRefused(e -> e.setModel(null).setModelRequested(null), "model");
    assertThat(violations(e -> e.setModel(null))).isEmpty();
  }

  @Test
  void unknownStatusesAreRefused() {
    assertRefused(e -> e.setStatus("done"), "status");
    assertRefused(e -> e.setUsageSource("guess"), "usage_source");
    assertRefused(e -> e.setHttpStatus(0), "http_status");
  }

  @Test
  void quantitiesHaveBounds() {
    assertRefused(e -> e.setUsage(List.of(item("-1"))), "usage[0].quantity");
    assertRefused(e -> e.setUsage(List.of(item("1000000000001"))), "usage[0].quantity");
    assertThat(violations(e -> e.setUsage(List.of(item("1000000000000"))))).isEmpty();
  }

  @Test
  void textThatPostgresqlRefusesIsRefused() {
    assertRefused(e -> e.setUserId("a\0b"), "user_id");
    assertRefused(e -> e.setUserId("a\ud800"), "user_id");
    assertRefused(e -> e.setUserId("\udc00a"), "user_id");
    assertRefused(e -> e.setTags(Map.of("team", "\ud800x")), "tags.team");
    assertThat(violations(e -> e.setUserId("🙂"))).isEmpty();
  }

  @Test
  void lengthsHaveBounds() {
    assertRefused(e -> e.setUserId("x".repeat(513)), "user_id");
    assertRefused(e -> e.setMetadata(Map.of("note", "x".repeat(4_097))), "metadata.note");
    assertRefused(e -> e.setTrackable(new Trackable("order", "")), "trackable.id");
  }

  @Test
  void everyViolationIsTold() {
    assertThat(violations(e -> e.setSource("").setStatus("done").setLatencyMillis(-1L)))
        .extracting(Violation::field)
        .containsExactly("source", "status", "latency_millis");
  }

  private static UsageItem item(String quantity) {
    return new UsageItem(
        Meters.INPUT, new BigDecimal(quantity).setScale(Meters.QUANTITY_SCALE), null);
  }

  private static void assertRefused(
      UnaryOperator<LlmRequestCompleted.Builder> change, String field) {
    assertThat(violations(change)).extracting(Violation::field).containsExactly(field);
  }

  private static List<Violation> violations(UnaryOperator<LlmRequestCompleted.Builder> change) {
    return EventRules.violations(change.apply(Events.completed()).build(), Events.NOW);
  }
}
