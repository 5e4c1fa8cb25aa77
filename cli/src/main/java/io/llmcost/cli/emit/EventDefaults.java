package io.llmcost.cli.emit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every event of a trace has in common. */
record EventDefaults(
    String source,
    String provider,
    String model,
    String operation,
    @Nullable String project,
    @Nullable String user,
    @Nullable String requestType,
    Map<String, String> tags) {

  EventDefaults {
    tags = Map.copyOf(tags);
  }
}
