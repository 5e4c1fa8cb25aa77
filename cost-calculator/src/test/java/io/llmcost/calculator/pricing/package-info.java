@NullMarked
package io.llmcost.calculator.pricing;

import org.jspecify.annotations.NullMarked;
