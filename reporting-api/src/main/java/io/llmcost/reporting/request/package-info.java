/** {@code /v1/requests}: single requests, with every line and revision of their costing. */
@NullMarked
package io.llmcost.reporting.request;

import org.jspecify.annotations.NullMarked;
