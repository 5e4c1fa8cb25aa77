/** Who calls: the gateway's own keys, read anew when their file changes. */
@NullMarked
package io.llmcost.gateway.key;

import org.jspecify.annotations.NullMarked;
