@NullMarked
package io.llmcost.calculator.pricebook;

import org.jspecify.annotations.NullMarked;
