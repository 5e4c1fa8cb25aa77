/** Topics, decoding with outage told from poison, and dead letters, alike in every consumer. */
@NullMarked
package io.llmcost.chassis.kafka;

import org.jspecify.annotations.NullMarked;
