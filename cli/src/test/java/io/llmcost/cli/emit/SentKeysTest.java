package io.llmcost.cli.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.EventIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentKeysTest {

  @Test
  void knowsWhatWasSentAndNothingElse() {
    SentKeys sent = new SentKeys();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      ids.add(EventIds.mint(Instant.ofEpochMilli(1_700_000_000_000L + i)).toString());
      sent.add(ids.get(i));
    }

    assertThat(ids).allMatch(sent::contains);
    assertThat(sent.contains(EventIds.mint(Instant.now()).toString())).isFalse();
    assertThat(sent.contains("no uuid")).isFalse();
  }
}
