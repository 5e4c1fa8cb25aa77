/** Models that somebody should look at: without a price, with a fallback, or with odd costs. */
@NullMarked
package io.llmcost.calculator.attention;

import org.jspecify.annotations.NullMarked;
