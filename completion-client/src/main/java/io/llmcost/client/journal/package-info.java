/** Records on disk before the answer ends, until Kafka has acknowledged them. */
@NullMarked
package io.llmcost.client.journal;

import org.jspecify.annotations.NullMarked;
