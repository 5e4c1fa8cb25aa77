/** Prices completed events from the price book: {@code llm.request.completed} in, costed out. */
@NullMarked
package io.llmcost.calculator;

import org.jspecify.annotations.NullMarked;
