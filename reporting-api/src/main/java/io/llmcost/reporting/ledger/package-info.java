/** The way to the ledger: settings, a read-only pool, one snapshot per report, health. */
@NullMarked
package io.llmcost.reporting.ledger;

import org.jspecify.annotations.NullMarked;
