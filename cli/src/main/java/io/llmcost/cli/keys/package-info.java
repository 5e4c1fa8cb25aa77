/** The {@code keys} command: gateway keys, in the file that gateways read. */
@NullMarked
package io.llmcost.cli.keys;

import org.jspecify.annotations.NullMarked;
