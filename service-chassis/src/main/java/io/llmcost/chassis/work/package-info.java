/** Work that goes on beside requests and consumers. */
@NullMarked
package io.llmcost.chassis.work;

import org.jspecify.annotations.NullMarked;
