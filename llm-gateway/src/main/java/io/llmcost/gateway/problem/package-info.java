/** Errors for callers, as RFC 9457 problem documents. */
@NullMarked
package io.llmcost.gateway.problem;

import org.jspecify.annotations.NullMarked;
