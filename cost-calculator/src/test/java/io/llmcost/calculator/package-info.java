@NullMarked
package io.llmcost.calculator;

import org.jspecify.annotations.NullMarked;
