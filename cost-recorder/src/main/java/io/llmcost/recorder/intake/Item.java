package io.llmcost.recorder.intake;

import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.store.Placed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A fetched record and how it was read.
 *
 * @param error what the decoder or the database threw, for the dead letter; null where it did not
 */
record Item(Fetched fetched, Placed placed, @Nullable Throwable error) {

  static Item refused(Fetched fetched, Refusal refusal, @Nullable Throwable error) {
    return new Item(fetched, place(fetched, refusal), error);
  }

  static Placed place(Fetched fetched, Reading reading) {
    return new Placed(
        fetched.stream(),
        fetched.from(),
        fetched.next(),
        Instant.ofEpochMilli(fetched.record().timestamp()),
        reading);
  }
}
