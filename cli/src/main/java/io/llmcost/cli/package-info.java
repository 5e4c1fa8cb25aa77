/** The {@code llmcost} command: its entry point and what every command shares in failing. */
@NullMarked
package io.llmcost.cli;

import org.jspecify.annotations.NullMarked;
