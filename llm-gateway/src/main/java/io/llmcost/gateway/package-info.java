/** The gateway: a proxy in front of the providers, and the intake of events over HTTP. */
@NullMarked
package io.llmcost.gateway;

import org.jspecify.annotations.NullMarked;
