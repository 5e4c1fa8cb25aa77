package io.llmcost.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CompletionDigestsTest {
  private static final Sha256 DIGEST = CompletionDigests.of(Events.completed().build());

  @Test
  void contextTimesAndPlaceInTheListDoNotMatter() {
    assertSame(e -> e.setOccurredAt(Events.NOW));
    assertSame(e -> e.setProject("other").setUserId(null).setTags(Map.of()).setRequestId("r"));
    assertSame(e -> e.setLatencyMillis(1L).setHttpStatus(201).setStreamed(false));
    assertSame(e -> e.setUsage(e.getUsage().reversed()));
  }

  @Test
  void theNameThatAProviderGivesDecidesNotTheOneAskedFor() {
    assertSame(e -> e.setModelRequested("an-alias"));
  }

  @Test
  void quantitiesCompareByValue() {
    Sha256 one = digest(e -> e.setUsage(List.of(item("12"))));
    Sha256 other = digest(e -> e.setUsage(List.of(item("12.000"))));

    assertThat(one).isEqualTo(other);
  }

  @Test
  void whatDecidesTheUsageMatters() {
    assertOther(e -> e.setProvider("azure"));
    assertOther(e -> e.setOperation("responses"));
    assertOther(e -> e.setModel("gpt-4o-mini"));
    assertOther(e -> e.setStatus(Statuses.FAILED));
    assertOther(e -> e.setServiceTier("batch"));
    assertOther(e -> e.setServiceTier(null));
    assertOther(e -> e.setRegion("us"));
    assertOther(e -> e.setUsage(e.getUsage().subList(0, 3)));
    assertOther(e -> e.setUsage(List.of(Meters.item(Meters.INPUT, 1_201))));
  }

  @Test
  void theFirstDigestEverReleasedIsStillTheSame() {
    assertThat(java.util.HexFormat.of().formatHex(DIGEST.bytes()))
        .isEqualTo("c1a35de7d20e1de4c98e8a510d30c3ceca3d8eac2402e7cd90dd9eb15b327c65");
  }

  private static UsageItem item(String quantity) {
    return new UsageItem(Meters.INPUT, new BigDecimal(quantity), null);
  }

  private static void assertSame(UnaryOperator<LlmRequestCompleted.Builder> change) {
    assertThat(digest(change)).isEqualTo(DIGEST);
  }

  private static void assertOther(UnaryOperator<LlmRequestCompleted.Builder> change) {
    assertThat(digest(change)).isNotEqualTo(DIGEST);
  }

  private static Sha256 digest(UnaryOperator<LlmRequestCompleted.Builder> change) {
    LlmRequestCompleted event = Events.completed().build();
    LlmRequestCompleted.Builder builder = LlmRequestCompleted.newBuilder(event);
    // Avro's builder checks nothing of a decimal's scale, which is what one test is about.
    return CompletionDigests.of(change.apply(builder).build());
  }
}
