/**
 * The core: whether a costed event is fit for the ledger, what becomes of it there, and what it
 * adds to the rollups. Knows no Kafka, no database and no Spring.
 */
@NullMarked
package io.llmcost.recorder.ledger;

import org.jspecify.annotations.NullMarked;
