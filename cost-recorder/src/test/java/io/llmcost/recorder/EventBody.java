package io.llmcost.recorder;

import io.llmcost.recorder.ledger.Amounts;
import io.llmcost.recorder.ledger.Body;
import io.llmcost.recorder.store.EntryEncoder;
import io.llmcost.schemas.LlmRequestCosted;
import java.time.Instant;
import java.util.UUID;

/** A body that keeps its event, for tests. */
public final class EventBody implements Body {
  private static final Instant RECORDED_AT = Instant.parse("2026-11-24T12:34:56.789012Z");

  private final byte[] row;
  private final LlmRequestCosted event;

  private EventBody(byte[] row, LlmRequestCosted event) {
    this.row = row;
    this.event = event;
  }

  public static Body of(UUID eventId, Amounts amounts, LlmRequestCosted event) {
    return new EventBody(new EntryEncoder().encode(eventId, amounts, event, RECORDED_AT), event);
  }

  @Override
  public byte[] row() {
    return row;
  }

  @Override
  public LlmRequestCosted event() {
    return event;
  }
}
