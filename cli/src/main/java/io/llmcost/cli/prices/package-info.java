/** {@code llmcost prices}: the price book from the command line. */
@NullMarked
package io.llmcost.cli.prices;

import org.jspecify.annotations.NullMarked;
