/** Measures the whole pipeline and its last hop, beside a hand-written ceiling and a peer. */
@NullMarked
package io.llmcost.benchmarks;

import org.jspecify.annotations.NullMarked;
