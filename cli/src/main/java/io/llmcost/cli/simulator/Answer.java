package io.llmcost.cli.simulator;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the simulated provider answered and would put on its bill: disjoint quantities by meter,
 * none where it refused the call.
 *
 * @param model as named in the answer, null where the answer was an error
 * @param complete false where the caller was gone, or the connection was broken on request, before
 *     the end
 */
public record Answer(
    String provider,
    String modelRequested,
    @Nullable String model,
    int httpStatus,
    boolean streamed,
    boolean complete,
    SortedMap<String, Long> quantities) {

  public Answer {
    quantities = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(quantities));
  }

  static Answer refused(String provider, String modelRequested, int httpStatus) {
    return new Answer(provider, modelRequested, null, httpStatus, false, true, new TreeMap<>());
  }

  static Answer served(
      String provider,
      String modelRequested,
      String model,
      boolean streamed,
      Map<String, Long> quantities) {
    SortedMap<String, Long> used = new TreeMap<>(quantities);
    used.values().removeIf(quantity -> quantity == 0);
    return new Answer(provider, modelRequested, model, 200, streamed, true, used);
  }

  Answer cutShort() {
    return new Answer(provider, modelRequested, model, httpStatus, streamed, false, quantities);
  }
}
