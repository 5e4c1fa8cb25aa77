package io.llmcost.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {
  private static final Instant AT = Instant.parse("2026-11-24T11:59:58.123Z");

  @Test
  void mintedIdsAreVersion7AndCarryTheirTime() {
    UUID id = EventIds.mint(AT.plus(Duration.ofDays(400)));

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(EventIds.timeOf(id)).isEqualTo(AT.plus(Duration.ofDays(400)));
  }

  @Test
  void idsMintedInOneMillisecondAreDistinctAndInOrder() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      ids.add(EventIds.mint(AT.plus(Duration.ofDays(500))).toString());
    }

    assertThat(ids).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void derivedIdsNeverChange() {
    assertThat(EventIds.derive(AT, "openai", "resp_1"))
        .hasToString("01a20d6d-52ab-78b4-9af2-dee688c317cb")
        .isEqualTo(EventIds.derive(AT, "openai", "resp_1"))
        .isNotEqualTo(EventIds.derive(AT, "azure", "resp_1"))
        .isNotEqualTo(EventIds.derive(AT.plusMillis(1), "openai", "resp_1"));
  }

  @Test
  void sourceAndIdDoNotRunIntoEachOther() {
    assertThat(EventIds.derive(AT, "ab", "c")).isNotEqualTo(EventIds.derive(AT, "a", "bc"));
  }

  @Test
  void versionSevenNearTheEventIsKept() {
    UUID id = EventIds.derive(AT.plus(Duration.ofDays(7)), "s", "x");

    assertThat(EventIds.normalise(id.toString(), AT, "s"))
        .isEqualTo(new EventIds.Identity(id.toString(), null));
  }

  @Test
  void upperCaseIsTheSameId() {
    UUID id = EventIds.derive(AT, "s", "x");

    assertThat(EventIds.normalise(id.toString().toUpperCase(java.util.Locale.ROOT), AT, "s"))
        .isEqualTo(new EventIds.Identity(id.toString(), null));
  }

  @Test
  void anythingElseIsDerivedAndStaysFindable() {
    String farAway = EventIds.derive(AT.minus(Duration.ofDays(8)), "s", "x").toString();
    for (String foreign :
        List.of("order-1", "1-1-1-1-1", UUID.randomUUID().toString(), farAway, "")) {
      EventIds.Identity identity = EventIds.normalise(foreign, AT, "s");

      assertThat(identity.externalId()).isEqualTo(foreign);
      assertThat(identity.eventId()).isEqualTo(EventIds.derive(AT, "s", foreign).toString());
    }
  }

  @Test
  void firstOfATimeSortsBeforeItsIdsAndAfterThoseOfBefore() {
    Instant time = Instant.parse("2026-11-24T12:00:00Z");

    assertThat(EventIds.firstOf(time).toString())
        .isLessThan(EventIds.derive(time, "s", "x").toString())
        .isGreaterThan(EventIds.derive(time.minusMillis(1), "s", "x").toString());
    assertThat(EventIds.firstOf(Instant.parse("1960-01-01T00:00:00Z"))).isEqualTo(new UUID(0, 0));
  }
}
