package io.llmcost.cli.kafka;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Tells what waiting heals from what it does not, and reduces a failure to its reason. */
public final class Failures {
  /** Whether waiting helps. */
  public enum Kind {
    /** Something is away, and will be back. */
    OUTAGE,
    /** It cannot be told, so a short while is waited. */
    UNKNOWN,
    /** Settings or rights are wrong. */
    PERMANENT
  }

  private static final int DEPTH = 20;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  /**
   * The registries' clients share no type: Apicurio's failures have the one, Confluent's the other.
   */
  private static final List<String> STATUS_GETTERS = List.of("getResponseStatusCode", "getStatus");

  private Failures() {}

  /** Judges by the failure and its causes. */
  public static Kind kind(Throwable failure) {
    Kind kind = Kind.UNKNOWN;
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEPTH; t = t.getCause(), depth++) {
      if (isPermanent(t)) {
        return Kind.PERMANENT;
      }
      if (isOutage(t)) {
        kind = Kind.OUTAGE;
      }
    }
    return kind;
  }

  private static boolean isPermanent(Throwable t) {
    return t instanceof AuthenticationException
        || t instanceof AuthorizationException
        || t instanceof ConfigException
        || t instanceof UnsupportedVersionException;
  }

  private static boolean isOutage(Throwable t) {
    return t instanceof RetriableException
        || t instanceof DisconnectException
        || t instanceof TimeoutException
        || t instanceof IOException
        || isServerError(t);
  }

  private static boolean isServerError(Throwable t) {
    for (String getter : STATUS_GETTERS) {
      try {
        if (t.getClass().getMethod(getter).invoke(t) instanceof Integer status) {
          return status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS;
        }
      } catch (ReflectiveOperationException e) {
        // It is not that client's failure.
      }
    }
    return false;
  }

  /** The innermost message: the outer ones say only that something failed. */
  public static String reason(Throwable failure) {
    Throwable last = failure;
    for (int depth = 0; last.getCause() != null && depth < DEPTH; depth++) {
      last = last.getCause();
    }
    return last.getMessage() != null ? last.getMessage() : last.getClass().getSimpleName();
  }
}
