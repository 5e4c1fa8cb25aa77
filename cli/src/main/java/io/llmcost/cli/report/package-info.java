/** {@code llmcost report}: what was spent, as a table, JSON or CSV. */
@NullMarked
package io.llmcost.cli.report;

import org.jspecify.annotations.NullMarked;
