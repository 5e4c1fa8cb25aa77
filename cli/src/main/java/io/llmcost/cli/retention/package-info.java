/** {@code llmcost retention}: the ledger's months, and letting go of old ones. */
@NullMarked
package io.llmcost.cli.retention;

import org.jspecify.annotations.NullMarked;
