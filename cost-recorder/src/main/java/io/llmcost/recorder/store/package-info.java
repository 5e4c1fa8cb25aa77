/** The ledger in PostgreSQL: one transaction a batch, monthly partitions, offsets and rollups. */
@NullMarked
package io.llmcost.recorder.store;

import org.jspecify.annotations.NullMarked;
