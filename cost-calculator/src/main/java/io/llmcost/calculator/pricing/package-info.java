/** The pricing core: which price meets a usage item, and what it comes to. Pure Java. */
@NullMarked
package io.llmcost.calculator.pricing;

import org.jspecify.annotations.NullMarked;
