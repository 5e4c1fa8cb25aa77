/**
 * The core: query parameters in, a plan of what to read out, rows in, a page out. Knows neither
 * HTTP nor SQL.
 */
@NullMarked
package io.llmcost.reporting.plan;

import org.jspecify.annotations.NullMarked;
