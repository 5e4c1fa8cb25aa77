package io.llmcost.client.publish;

import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is refused for good from what is an outage. Only what names the record itself counts
 * as refused: anything else, a registry that forbids the schema included, concerns every event, and
 * is waited out.
 */
final class Refusals {
  private static final List<Class<? extends Throwable>> RECORD =
      List.of(RecordTooLargeException.class, InvalidRecordException.class);
  private static final List<Class<? extends Throwable>> VALUE =
      List.of(AvroRuntimeException.class, ClassCastException.class);
  private static final int MAX_DEPTH = 20;

  private Refusals() {}

  /** Returns whether Kafka will never take this record. */
  static boolean ofRecord(Exception error) {
    return names(error, RECORD);
  }

  /** Returns whether a serializer will never take this value. */
  static boolean ofValue(Exception error) {
    return names(error, VALUE);
  }

  /** Returns whether the producer may go on as it is: the error is none of its own state's. */
  static boolean producerSurvives(Exception error) {
    return error instanceof RetriableException || ofRecord(error);
  }

  private static boolean names(@Nullable Throwable error, List<Class<? extends Throwable>> types) {
    int depth = 0;
    for (Throwable t = error; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
      for (Class<? extends Throwable> type : types) {
        if (type.isInstance(t)) {
          return true;
        }
      }
    }
    return false;
  }
}
