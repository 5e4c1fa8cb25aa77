package io.llmcost.recorder.ledger;

import io.llmcost.schemas.BilledModel;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One rollup row: 15 minutes of one combination of dimensions.
 *
 * @param bucketStart seconds since 1970, a multiple of 900, of occurred_at
 * @param shard whose row it is: the lowest Kafka partition of the batch that wrote it, so that two
 *     recorders do not wait for each other
 */
public record RollupKey(
    long bucketStart,
    String project,
    String provider,
    String model,
    String operation,
    String requestType,
    String currency,
    int shard)
    implements Comparable<RollupKey> {

  private static final long BUCKET_SECONDS = 900;

  private static final Comparator<RollupKey> ORDER =
      Comparator.comparingLong(RollupKey::bucketStart)
          .thenComparing(RollupKey::project)
          .thenComparing(RollupKey::provider)
          .thenComparing(RollupKey::model)
          .thenComparing(RollupKey::operation)
          .thenComparing(RollupKey::requestType)
          .thenComparing(RollupKey::currency)
          .thenComparingInt(RollupKey::shard);

  static RollupKey of(LlmRequestCosted costed, int shard) {
    LlmRequestCompleted event = costed.getCompleted();
    return new RollupKey(
        bucketOf(event.getOccurredAt().getEpochSecond()),
        orEmpty(event.getProject()),
        event.getProvider(),
        BilledModel.of(event),
        event.getOperation(),
        orEmpty(event.getRequestType()),
        costed.getCurrency(),
        shard);
  }

  /** Returns the start of the bucket that {@code epochSecond} is in. */
  public static long bucketOf(long epochSecond) {
    return Math.floorDiv(epochSecond, BUCKET_SECONDS) * BUCKET_SECONDS;
  }

  /** Returns {@code value}, or the empty string that stands for none in a key. */
  public static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  RollupKey withShard(int other) {
    return new RollupKey(
        bucketStart, project, provider, model, operation, requestType, currency, other);
  }

  @Override
  public int compareTo(RollupKey other) {
    return ORDER.compare(this, other);
  }
}
