/** Connections to providers, pooled per event loop. */
@NullMarked
package io.llmcost.gateway.upstream;

import org.jspecify.annotations.NullMarked;
