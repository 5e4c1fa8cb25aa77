package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Amounts;
import io.llmcost.recorder.ledger.RollupKey;
import io.llmcost.schemas.BilledModel;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Trackable;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Makes a costed event's row of {@code cost_entry} for a binary COPY. Not for two threads. */
public final class EntryEncoder {
  private final CopyBuffer buffer = new CopyBuffer();
  private final JsonText json = new JsonText();

  /** Returns the row of revision 0, fields in the order of {@link EntryTable#COLUMNS}. */
  public byte[] encode(UUID eventId, Amounts amounts, LlmRequestCosted costed, Instant recordedAt) {
    LlmRequestCompleted completed = costed.getCompleted();
    buffer.clear();
    buffer.startRow(EntryTable.COLUMNS.size());
    buffer.uuid(eventId);
    buffer.int4(0);
    buffer.nothing();
    buffer.timestamptz(recordedAt);
    encodeContext(completed);
    encodeOutcome(completed);
    encodeCost(amounts, costed);
    return buffer.toBytes();
  }

  private void encodeContext(LlmRequestCompleted completed) {
    buffer.timestamptz(completed.getOccurredAt());
    buffer.text(completed.getSource());
    buffer.text(RollupKey.orEmpty(completed.getProject()));
    buffer.text(completed.getProvider());
    buffer.text(completed.getOperation());
    buffer.text(completed.getModelRequested());
    buffer.text(completed.getModel());
    buffer.text(BilledModel.of(completed));
    buffer.text(completed.getServiceTier());
    buffer.text(completed.getRegion());
    buffer.text(RollupKey.orEmpty(completed.getRequestType()));
    buffer.text(RollupKey.orEmpty(completed.getUserId()));
    Trackable trackable = completed.getTrackable();
    buffer.text(trackable == null ? null : trackable.getType());
    buffer.text(trackable == null ? null : trackable.getId());
    buffer.text(completed.getApiKeyId());
    encode(completed.getTags());
    encode(completed.getMetadata());
  }

  private void encodeOutcome(LlmRequestCompleted completed) {
    buffer.text(completed.getStatus());
    buffer.int4(completed.getHttpStatus());
    buffer.text(completed.getErrorCode());
    buffer.bool(completed.getStreamed());
    buffer.int8(completed.getLatencyMillis());
    buffer.int8(completed.getTimeToFirstTokenMillis());
    buffer.text(completed.getUsageSource());
    buffer.bool(completed.getUsageInconsistent());
    buffer.int8(completed.getContextTokens());
    ReportedCost reported = completed.getProviderReportedCost();
    buffer.numeric(reported == null ? null : reported.getAmount());
    buffer.text(reported == null ? null : reported.getCurrency());
    buffer.text(completed.getRequestId());
    buffer.text(completed.getExternalId());
  }

  private void encodeCost(Amounts amounts, LlmRequestCosted costed) {
    buffer.bytea(costed.getCompletionDigest().bytes());
    buffer.int2(amounts.requests());
    buffer.int2(amounts.fallbackRequests());
    buffer.int2(amounts.unpricedRequests());
    buffer.int8(amounts.promptTokens());
    buffer.int8(amounts.completionTokens());
    buffer.int8(costed.getPriceBookVersion());
    buffer.text(costed.getCostStatus());
    buffer.text(costed.getCurrency());
    buffer.numeric(amounts.totalCost());
    buffer.numeric(amounts.promptCost());
    buffer.numeric(amounts.completionCost());
    json.lines(costed.getLineItems());
    buffer.jsonb(json.bytes(), json.size());
  }

  private void encode(Map<String, String> entries) {
    if (entries.isEmpty()) {
      buffer.nothing();
      return;
    }
    json.object(entries);
    buffer.jsonb(json.bytes(), json.size());
  }
}
