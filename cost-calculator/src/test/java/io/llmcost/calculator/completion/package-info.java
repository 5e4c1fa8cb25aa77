@NullMarked
package io.llmcost.calculator.completion;

import org.jspecify.annotations.NullMarked;
