/** One call through the gateway: request in, answer out, event into the journal. */
@NullMarked
package io.llmcost.gateway.call;

import org.jspecify.annotations.NullMarked;
