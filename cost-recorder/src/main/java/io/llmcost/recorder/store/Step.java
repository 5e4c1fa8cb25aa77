package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Counts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction moves a stream by.
 *
 * @param from where the database must say that the stream is, else another recorder moved it
 * @param next where it is afterwards
 * @param completeThrough every record appended before this instant is then in the ledger; null
 *     leaves it as it is
 */
public record Step(
    Stream stream, long from, long next, Counts counts, @Nullable Instant completeThrough) {

  Step with(@Nullable Counts added) {
    return new Step(
        stream, from, next, added == null ? counts : counts.plus(added), completeThrough);
  }
}
