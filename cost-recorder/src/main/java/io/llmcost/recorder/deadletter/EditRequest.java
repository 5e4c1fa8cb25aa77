package io.llmcost.recorder.deadletter;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a dead letter shall be sent as: exactly one of the three, and why.
 *
 * @param patch a JSON merge patch (RFC 7386) of the event in force
 * @param event the whole event, in the shape in which a letter's {@code value} is shown
 * @param valueHex the bytes themselves
 * @param reason required: what the audit says
 */
record EditRequest(
    @Nullable JsonNode patch,
    @Nullable JsonNode event,
    @Nullable String valueHex,
    @Nullable String reason) {}
