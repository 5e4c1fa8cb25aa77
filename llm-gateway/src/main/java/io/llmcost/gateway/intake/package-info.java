/** Events that services report over HTTP. */
@NullMarked
package io.llmcost.gateway.intake;

import org.jspecify.annotations.NullMarked;
