@NullMarked
package io.llmcost.calculator.costing;

import org.jspecify.annotations.NullMarked;
