package io.llmcost.chassis.kafka;

import io.llmcost.schemas.EventSchemas;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Takes a record's bytes through the configured deserializer and tells poison from an outage.
 * Consumers read bytes and decode here, since a deserialization error inside the consumer would
 * cost the record's bytes or the whole poll.
 */
public final class RecordDecoder<T> {

  // Of the statuses below 500: what passes (408, 429), and what concerns every record alike, since
  // it is this service's settings that the registry refuses (401, 403, 407).
  private static final Set<Integer> WAITED_FOR = Set.of(401, 403, 407, 408, 429);
  private static final Set<String> STATUS_GETTERS = Set.of("getResponseStatusCode", "getStatus");
  private static final int FIRST_SERVER_ERROR = 500;
  private static final int NO_STATUS = 0;
  private static final int MAX_CAUSES = 20;

  private final Deserializer<?> deserializer;
  private final Class<T> type;

  /**
   * @param deserializer as configured; one thread at a time, as with a consumer
   */
  public RecordDecoder(Deserializer<?> deserializer, Class<T> type) {
    EventSchemas.trust();
    this.deserializer = deserializer;
    this.type = type;
  }

  /**
   * Returns the value of {@code record}, or why it can never have one.
   *
   * @throws RegistryUnavailableException if the registry was needed and is away, or refuses us
   */
  public Decoded<T> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return new Decoded.Unreadable<>(new IllegalArgumentException("the record has no value"));
    }
    try {
      Object value = deserializer.deserialize(record.topic(), record.headers(), record.value());
      return type.isInstance(value)
          ? new Decoded.Value<>(type.cast(value))
          : new Decoded.Unreadable<>(
              new IllegalArgumentException("the record is not a " + type.getSimpleName()));
    } catch (RuntimeException e) {
      if (isOutage(e)) {
        throw new RegistryUnavailableException(e, statusOf(e));
      }
      return new Decoded.Unreadable<>(e);
    } catch (StackOverflowError e) {
      // The record's own doing, and the same each time.
      return new Decoded.Unreadable<>(new IllegalArgumentException("is nested too deeply", e));
    }
  }

  /** Returns whether {@code error} says that a service is away rather than that bytes are bad. */
  static boolean isOutage(Throwable error) {
    int status = statusOf(error);
    return status == NO_STATUS
        ? causes(error)
            .anyMatch(
                t ->
                    t instanceof TimeoutException
                        || t instanceof InterruptedException
                        || isConnectionError(t))
        : status >= FIRST_SERVER_ERROR || WAITED_FOR.contains(status);
  }

  /** Returns what the registry answered with, or {@link #NO_STATUS}. */
  private static int statusOf(Throwable error) {
    return causes(error)
        .map(RecordDecoder::httpStatus)
        .filter(status -> status != NO_STATUS)
        .findFirst()
        .orElse(NO_STATUS);
  }

  private static Stream<Throwable> causes(Throwable error) {
    return Stream.iterate(error, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }

  // Avro reports a truncated record as EOFException, and bad bytes as other plain IOExceptions. So
  // does the JDK's HTTP client where a server dies before it answers: whose it is, its stack tells.
  private static boolean isConnectionError(Throwable t) {
    if (!(t instanceof IOException)) {
      return false;
    }
    String from = t.getClass().getPackageName();
    return from.startsWith("java.net")
        || from.startsWith("java.nio.channels")
        || from.startsWith("javax.net.ssl")
        || Arrays.stream(t.getStackTrace())
            .anyMatch(frame -> frame.getClassName().startsWith("jdk.internal.net.http."));
  }

  // The registries' client errors share no type: Apicurio's carries a response status code, and
  // Confluent's a status. Neither library is on this module's path.
  private static int httpStatus(Throwable t) {
    for (Method method : t.getClass().getMethods()) {
      boolean isStatus = STATUS_GETTERS.contains(method.getName());
      if (isStatus && method.getParameterCount() == 0 && method.getReturnType() == int.class) {
        try {
          return (int) method.invoke(t);
        } catch (ReflectiveOperationException e) {
          return NO_STATUS;
        }
      }
    }
    return NO_STATUS;
  }
}
