package io.llmcost.recorder.ledger;

import io.llmcost.schemas.LlmRequestCosted;
import java.util.UUID;

/**
 * What the store needs of an event beyond what decides its outcome. A decoded event is many small
 * objects, and a batch of them more than the rest of the process: so its row is made while it is
 * read, and the event is let go.
 */
public interface Body {

  /** Returns revision 0 as the store writes it; the caller does not change it. */
  byte[] row();

  /** Returns the event itself, decoded again where it must: only revisions ask. */
  LlmRequestCosted event();

  /** Makes the body of an event that keeps every rule. */
  interface Maker {
    Body of(UUID eventId, Amounts amounts, LlmRequestCosted event);
  }
}
