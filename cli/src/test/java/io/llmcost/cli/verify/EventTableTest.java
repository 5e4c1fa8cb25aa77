package io.llmcost.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventTableTest {

  @Test
  void everyEventIsFoundWithWhatWasSeenOfIt() {
    Random random = new Random(4);
    EventTable table = new EventTable();
    Map<UUID, Long> prints = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      // Ids of one millisecond share their first half, as those of one producer do.
      UUID id = new UUID(0x0198c0de_0000_7000L, random.nextLong());
      prints.put(id, random.nextLong());
    }
    prints.forEach(table::put);
    int[] nth = {0};
    prints.forEach(
        (id, print) -> {
          switch (nth[0]++ % 3) {
            case 0 -> assertThat(table.see(id, print)).isTrue();
            case 1 -> assertThat(table.see(id, print + 1)).isTrue();
            default -> assertThat(table.contains(id)).isTrue();
          }
        });

    Map<EventTable.Seen, Integer> seen = new EnumMap<>(EventTable.Seen.class);
    table.each(
        (id, how) -> {
          assertThat(prints).containsKey(id);
          seen.merge(how, 1, Integer::sum);
        });
    assertThat(table.size()).isEqualTo(50_000);
    assertThat(seen)
        .containsEntry(EventTable.Seen.ALIKE, 16_667)
        .containsEntry(EventTable.Seen.OTHERWISE, 16_667)
        .containsEntry(EventTable.Seen.NOWHERE, 16_666);
  }

  @Test
  void anotherIdIsNotThere() {
    EventTable table = new EventTable();
    table.put(new UUID(1, 2), 3);

    assertThat(table.contains(new UUID(2, 1))).isFalse();
    assertThat(table.see(new UUID(2, 1), 3)).isFalse();
  }

  @Test
  void recordOfThisUsageIsNotForgottenForAnotherOne() {
    EventTable table = new EventTable();
    UUID id = new UUID(1, 2);
    table.put(id, 3);
    table.see(id, 3);
    table.see(id, 4);

    table.each((found, seen) -> assertThat(seen).isEqualTo(EventTable.Seen.ALIKE));
  }
}
