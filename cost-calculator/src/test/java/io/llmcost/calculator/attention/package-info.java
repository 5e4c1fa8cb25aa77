@NullMarked
package io.llmcost.calculator.attention;

import org.jspecify.annotations.NullMarked;
