package io.llmcost.client.provider;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The head of a provider's answer.
 *
 * @param httpStatus 100 to 599
 * @param headers gives a header's first value by its lower-case name, or null
 */
public record AnswerHead(int httpStatus, UnaryOperator<@Nullable String> headers) {
  public AnswerHead {
    Objects.requireNonNull(headers, "headers");
  }

  /** Returns a head without headers. */
  public static AnswerHead of(int httpStatus) {
    return new AnswerHead(httpStatus, name -> null);
  }

  boolean isError() {
    return httpStatus >= 400;
  }
}
