/** {@code /v1/costs} and {@code /v1/totals}: aggregates as JSON and CSV. */
@NullMarked
package io.llmcost.reporting.report;

import org.jspecify.annotations.NullMarked;
