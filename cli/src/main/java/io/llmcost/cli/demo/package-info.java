/**
 * {@code llmcost demo}: a stack, sample traffic against a simulated provider, and both sides of the
 * bill.
 */
@NullMarked
package io.llmcost.cli.demo;

import org.jspecify.annotations.NullMarked;
