/** Which provider a call goes to, where that provider is, and with whose key. */
@NullMarked
package io.llmcost.gateway.provider;

import org.jspecify.annotations.NullMarked;
