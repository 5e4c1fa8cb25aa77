/** Where a dead letter waits, on this machine's disk, that its topic cannot take. */
@NullMarked
package io.llmcost.chassis.lastresort;

import org.jspecify.annotations.NullMarked;
