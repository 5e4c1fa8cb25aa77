/** What providers say that they charged, beside what the ledger charges. */
@NullMarked
package io.llmcost.reporting.reported;

import org.jspecify.annotations.NullMarked;
