/** From a completion and its context, or from JSON, to the event LlmRequestCompleted. */
@NullMarked
package io.llmcost.client.event;

import org.jspecify.annotations.NullMarked;
