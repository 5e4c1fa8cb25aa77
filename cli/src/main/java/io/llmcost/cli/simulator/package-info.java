/**
 * A provider of language models that runs on this machine: eight providers' shapes, made-up words.
 */
@NullMarked
package io.llmcost.cli.simulator;

import org.jspecify.annotations.NullMarked;
