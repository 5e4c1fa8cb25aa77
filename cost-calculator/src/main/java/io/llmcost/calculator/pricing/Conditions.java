package io.llmcost.calculator.pricing;

import java.time.Instant;

/**
 * What decides between the prices of one model and meter.
 *
 * @param region lower case, empty where the event has none
 * @param contextTokens what thresholds are compared with
 */
record Conditions(
    Instant at, int minuteOfDay, String serviceTier, String region, long contextTokens) {

  Conditions withContextTokens(long tokens) {
    return tokens == contextTokens
        ? this
        : new Conditions(at, minuteOfDay, serviceTier, region, tokens);
  }
}
