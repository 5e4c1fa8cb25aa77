package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;

/** What all answers of Bedrock say in their heads. */
final class BedrockFacts {
  private BedrockFacts() {}

  static AnswerFacts of(AnswerHead head) {
    AnswerFacts facts = new AnswerFacts(head);
    facts.id(head.headers().apply("x-amzn-requestid"));
    String error = errorType(head);
    if (head.isError() && error != null) {
      facts.failed(error);
    }
    return facts;
  }

  // "ValidationException:http://internal.amazon.com/…"
  private static @Nullable String errorType(AnswerHead head) {
    String value = head.headers().apply("x-amzn-errortype");
    if (value == null || value.isBlank()) {
      return null;
    }
    int colon = value.indexOf(':');
    return colon > 0 ? value.substring(0, colon) : value;
  }
}
