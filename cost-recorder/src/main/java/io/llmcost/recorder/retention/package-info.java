/** The ledger's months: made before they begin, sealed and dropped when they are no longer kept. */
@NullMarked
package io.llmcost.recorder.retention;

import org.jspecify.annotations.NullMarked;
