/** Kafka as commands see it: how far the pipeline is, and waiting through outages. */
@NullMarked
package io.llmcost.cli.kafka;

import org.jspecify.annotations.NullMarked;
