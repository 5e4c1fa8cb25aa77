/** Tests of the whole gateway, and what tests stand on. */
@NullMarked
package io.llmcost.gateway;

import org.jspecify.annotations.NullMarked;
