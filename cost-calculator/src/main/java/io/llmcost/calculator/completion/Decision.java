package io.llmcost.calculator.completion;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.schemas.LlmRequestCosted;

/** What becomes of one record. */
sealed interface Decision {

  /** It goes on as a costed event. */
  record Costed(LlmRequestCosted event) implements Decision {}

  /** It is refused, for ever. */
  record DeadLetter(DeadLetterCause cause, Throwable error) implements Decision {}
}
