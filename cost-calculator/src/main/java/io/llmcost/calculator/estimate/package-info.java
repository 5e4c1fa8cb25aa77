/** What a call would cost, before it is made. */
@NullMarked
package io.llmcost.calculator.estimate;

import org.jspecify.annotations.NullMarked;
