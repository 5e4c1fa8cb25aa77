/** What operators ask for: health and metrics. */
@NullMarked
package io.llmcost.gateway.operations;

import org.jspecify.annotations.NullMarked;
