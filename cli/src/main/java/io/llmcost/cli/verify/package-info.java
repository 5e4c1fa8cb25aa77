/** {@code llmcost verify}: topics, ledger and rollups compared, with the numbers. */
@NullMarked
package io.llmcost.cli.verify;

import org.jspecify.annotations.NullMarked;
