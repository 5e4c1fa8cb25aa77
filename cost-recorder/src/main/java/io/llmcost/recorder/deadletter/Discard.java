package io.llmcost.recorder.deadletter;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Gives dead letters up.
 *
 * @param selector as in the list's filters, each a text or an array of texts
 * @param all that an empty selector is meant
 * @param reason required: what the audit says
 */
record Discard(@Nullable JsonNode selector, @Nullable Boolean all, @Nullable String reason) {}
