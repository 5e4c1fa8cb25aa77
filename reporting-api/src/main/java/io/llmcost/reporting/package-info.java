/** Read-only reports over the ledger: a process, its wiring, and its API document. */
@NullMarked
package io.llmcost.reporting;

import org.jspecify.annotations.NullMarked;
