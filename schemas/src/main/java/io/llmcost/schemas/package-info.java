/**
 * The contract between the services: the two Avro events (generated beside this package's classes),
 * topics, meters, event ids, and what makes an event valid.
 */
@NullMarked
package io.llmcost.schemas;

import org.jspecify.annotations.NullMarked;
