/**
 * What a provider's request asks and its answer used: one adapter per API behind one small port.
 * Pure: bytes in, a Completion out.
 */
@NullMarked
package io.llmcost.client.provider;

import org.jspecify.annotations.NullMarked;
