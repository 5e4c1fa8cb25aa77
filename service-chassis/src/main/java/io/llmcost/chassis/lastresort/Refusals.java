package io.llmcost.chassis.lastresort;

import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Tells what Kafka refuses for what it is from what it cannot take for now. */
public final class Refusals {

  private static final List<Class<? extends Throwable>> OF_RECORD =
      List.of(
          RecordTooLargeException.class,
          RecordBatchTooLargeException.class,
          InvalidRecordException.class,
          CorruptRecordException.class);

  private static final List<Class<? extends ApiException>> OF_TOPIC =
      List.of(AuthorizationException.class, InvalidTopicException.class);

  private static final int MAX_DEPTH = 20;

  private Refusals() {}

  /** Returns whether Kafka refuses this record, and may take the next one. */
  public static boolean ofRecord(@Nullable Throwable error) {
    return names(error, OF_RECORD);
  }

  /** Returns whether waiting does not help: the record, or the topic, is refused as such. */
  public static boolean forGood(@Nullable Throwable error) {
    return ofRecord(error) || names(error, OF_TOPIC);
  }

  private static boolean names(
      @Nullable Throwable error, List<? extends Class<? extends Throwable>> types) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
      for (Class<? extends Throwable> type : types) {
        if (type.isInstance(at)) {
          return true;
        }
      }
    }
    return false;
  }
}
