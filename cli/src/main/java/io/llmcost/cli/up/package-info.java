/** Everything started, supervised and stopped on this machine. */
@NullMarked
package io.llmcost.cli.up;

import org.jspecify.annotations.NullMarked;
