/** The dead-letter topics of both hops, indexed into PostgreSQL and shown over REST. */
@NullMarked
package io.llmcost.recorder.deadletter;

import org.jspecify.annotations.NullMarked;
