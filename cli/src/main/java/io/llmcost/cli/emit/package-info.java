/** {@code llmcost emit}: completion events from a file to Kafka, and through both hops. */
@NullMarked
package io.llmcost.cli.emit;

import org.jspecify.annotations.NullMarked;
