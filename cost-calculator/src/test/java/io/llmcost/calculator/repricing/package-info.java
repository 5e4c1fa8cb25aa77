@NullMarked
package io.llmcost.calculator.repricing;

import org.jspecify.annotations.NullMarked;
