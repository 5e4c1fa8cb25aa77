/** The facade: what a Java service needs to have its LLM calls accounted for, in ten lines. */
@NullMarked
package io.llmcost.client;

import org.jspecify.annotations.NullMarked;
