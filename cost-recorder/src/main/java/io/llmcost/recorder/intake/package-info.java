/** From Kafka to the ledger: the polling loop whose position is the database's. */
@NullMarked
package io.llmcost.recorder.intake;

import org.jspecify.annotations.NullMarked;
