/** Keys that gateways give to their callers: what one may, and the file that holds them. */
@NullMarked
package io.llmcost.chassis.gatewaykey;

import org.jspecify.annotations.NullMarked;
