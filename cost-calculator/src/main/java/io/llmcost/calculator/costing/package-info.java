/** Decides what becomes of one completed event: costed, or refused with its reasons. Pure Java. */
@NullMarked
package io.llmcost.calculator.costing;

import org.jspecify.annotations.NullMarked;
