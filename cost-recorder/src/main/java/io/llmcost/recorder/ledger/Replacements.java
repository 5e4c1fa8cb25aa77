package io.llmcost.recorder.ledger;

import io.llmcost.schemas.Sha256;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The repricing id of an estimate's replacement: the same for the same usage, always. */
final class Replacements {
  private Replacements() {}

  /** Returns a UUIDv8 (RFC 9562: of one's own making) from the digest's first 16 bytes. */
  static UUID idOf(Sha256 digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest.bytes());
    return new UUID(
        (bytes.getLong() & ~0xf000L) | 0x8000L,
        (bytes.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
  }
}
