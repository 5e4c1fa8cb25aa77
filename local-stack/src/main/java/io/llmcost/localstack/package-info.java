/** Real Kafka, PostgreSQL and schema registry on this machine, for tests and for {@code up}. */
@NullMarked
package io.llmcost.localstack;

import org.jspecify.annotations.NullMarked;
