package io.llmcost.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Event ids: UUIDv7 (RFC 9562), whose first 48 bits are milliseconds since 1970, so that they sort
 * by time and name their own partition of the ledger.
 */
public final class EventIds {

  /** A v7 id further than this from the event's occurred_at is taken for a foreign id. */
  public static final Duration TOLERANCE = Duration.ofDays(7);

  private static final int COUNTER_BITS = 12;
  private static final AtomicLong LAST = new AtomicLong();
  private static final ThreadLocal<SecureRandom> RANDOM =
      ThreadLocal.withInitial(SecureRandom::new);

  private EventIds() {}

  /**
   * An event's id and, where that was derived from a producer's own id, that one.
   *
   * @param eventId a UUIDv7, lower case
   * @param externalId the producer's id as it came, or null
   */
  public record Identity(String eventId, @Nullable String externalId) {}

  /**
   * Returns a new id whose time is {@code now}, strictly above every id minted before it by this
   * process (within a millisecond a 12-bit counter counts on, and borrows from the next one).
   */
  public static UUID mint(Instant now) {
    long tick = now.toEpochMilli() << COUNTER_BITS;
    long unique = LAST.updateAndGet(last -> Math.max(tick, last + 1));
    long millis = unique >>> COUNTER_BITS;
    long counter = unique & ((1 << COUNTER_BITS) - 1);
    return shape(millis, counter, RANDOM.get().nextLong());
  }

  /**
   * Returns the id that belongs to a foreign id: the same for the same arguments, always.
   *
   * @param occurredAt gives the id's time, to the millisecond
   * @param source who gave {@code foreignId}: a provider, or an event's source
   */
  public static UUID derive(Instant occurredAt, String source, String foreignId) {
    byte[] hash = sha256(source + '\0' + foreignId);
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return shape(occurredAt.toEpochMilli(), bytes.getShort() & 0xfff, bytes.getLong());
  }

  /** Returns the time in {@code id}, to the millisecond. */
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  /**
   * Returns the identity of an event: {@code rawId} itself where it is a UUIDv7 within {@link
   * #TOLERANCE} of {@code occurredAt}, else an id derived from it.
   */
  public static Identity normalise(String rawId, Instant occurredAt, String source) {
    UUID id = parse(rawId);
    if (id != null
        && id.version() == 7
        && id.variant() == 2
        && Duration.between(timeOf(id), occurredAt).abs().compareTo(TOLERANCE) <= 0) {
      return new Identity(id.toString(), null);
    }
    return new Identity(derive(occurredAt, source, rawId).toString(), rawId);
  }

  // UUID.fromString also takes short forms such as 1-1-1-1-1, which are no UUIDs.
  private static @Nullable UUID parse(String text) {
    if (text.length() != 36) {
      return null;
    }
    try {
      UUID id = UUID.fromString(text);
      return id.toString().equalsIgnoreCase(text) ? id : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns what sorts before every UUIDv7 of {@code time} and later, and after all of before. */
  public static UUID firstOf(Instant time) {
    return new UUID(Math.max(0, time.toEpochMilli()) << 16, 0);
  }

  private static UUID shape(long millis, long twelveBits, long low) {
    return new UUID(
        (millis << 16) | 0x7000L | twelveBits,
        (low & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
