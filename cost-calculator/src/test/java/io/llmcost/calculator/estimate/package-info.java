@NullMarked
package io.llmcost.calculator.estimate;

import org.jspecify.annotations.NullMarked;
