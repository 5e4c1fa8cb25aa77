/** The way of an event to Kafka: journal first, then the producer, then the acknowledgement. */
@NullMarked
package io.llmcost.client.publish;

import org.jspecify.annotations.NullMarked;
