/** One form of request and answer for all providers, and what it is in each one's own API. */
@NullMarked
package io.llmcost.client.request;

import org.jspecify.annotations.NullMarked;
