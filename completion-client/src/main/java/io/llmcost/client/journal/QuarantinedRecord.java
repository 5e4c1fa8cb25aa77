package io.llmcost.client.journal;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A record that Kafka will never take.
 *
 * @param reason why not
 * @param bytes the record as it was appended to the journal
 */
public record QuarantinedRecord(String reason, ByteBuffer bytes) {
  public QuarantinedRecord {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(bytes, "bytes");
  }
}
