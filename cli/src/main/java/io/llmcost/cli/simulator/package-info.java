/**
 * A provider of language models that runs on this machine: OpenAI's and Anthropic's shapes, made-up
 * words.
 */
@NullMarked
package io.llmcost.cli.simulator;

import org.jspecify.annotations.NullMarked;
