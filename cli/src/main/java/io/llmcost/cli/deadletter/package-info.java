/** {@code llmcost dead-letters}: what could not be recorded, and why. */
@NullMarked
package io.llmcost.cli.deadletter;

import org.jspecify.annotations.NullMarked;
