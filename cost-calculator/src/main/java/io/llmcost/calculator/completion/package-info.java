/** Reads completed events from Kafka and writes costed events and dead letters. */
@NullMarked
package io.llmcost.calculator.completion;

import org.jspecify.annotations.NullMarked;
