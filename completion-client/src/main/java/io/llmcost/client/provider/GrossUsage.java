package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.util.List;

/**
 * Usage that is told as gross counts and parts of them, as OpenTelemetry's GenAI attributes tell
 * it, taken apart into disjoint meters.
 *
 * @param readings what was used
 * @param inconsistent whether parts exceeded their gross and were cut to it
 */
public record GrossUsage(List<MeterReading> readings, boolean inconsistent) {

  /**
   * Takes counts of tokens apart.
   *
   * @param input all of the prompt, {@code cacheRead} and {@code cacheWrite} among them
   * @param output all of the answer, {@code reasoning} among them
   */
  public static GrossUsage of(
      long input, long cacheRead, long cacheWrite, long output, long reasoning) {
    UsageTally tally = new UsageTally();
    tally
        .split(Meters.INPUT, input)
        .part(Meters.INPUT_CACHE_READ, cacheRead)
        .part(Meters.INPUT_CACHE_WRITE_5M, cacheWrite)
        .rest();
    tally.split(Meters.OUTPUT, output).part(Meters.OUTPUT_REASONING, reasoning).rest();
    return new GrossUsage(tally.readings(), tally.isInconsistent());
  }
}
