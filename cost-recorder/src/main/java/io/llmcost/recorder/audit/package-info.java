/**
 * Who did what to dead letters and the ledger, and what became of it: written once, never changed.
 */
@NullMarked
package io.llmcost.recorder.audit;

import org.jspecify.annotations.NullMarked;
