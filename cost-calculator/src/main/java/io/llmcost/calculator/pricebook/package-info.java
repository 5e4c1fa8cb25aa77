/** The price book in PostgreSQL: its rows, its shipped prices, its administration, its snapshot. */
@NullMarked
package io.llmcost.calculator.pricebook;

import org.jspecify.annotations.NullMarked;
