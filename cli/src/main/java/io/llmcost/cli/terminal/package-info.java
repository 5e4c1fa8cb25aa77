/** What a person at a terminal reads: tables, amounts, progress, one line of failure. */
@NullMarked
package io.llmcost.cli.terminal;

import org.jspecify.annotations.NullMarked;
