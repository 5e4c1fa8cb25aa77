package io.llmcost.recorder.replay;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Asks for a replay, or for what one would do.
 *
 * @param selector which letters: as in the list's filters, each a text or an array of texts
 * @param all that an empty selector is meant
 * @param dryRun only say what would become of them
 * @param rate records a second; the setting's where left out
 * @param cap at most so many, the oldest first
 * @param includeParked those too that failed so often that they were parked
 * @param note for the audit
 * @param limit of a dry run: how many single results are answered
 * @param page of a dry run: the last answer's {@code next_page}
 */
record ReplayRequest(
    @Nullable JsonNode selector,
    @Nullable Boolean all,
    @Nullable Boolean dryRun,
    @Nullable Integer rate,
    @Nullable Integer cap,
    @Nullable Boolean includeParked,
    @Nullable String note,
    @Nullable Integer limit,
    @Nullable String page) {

  boolean isDryRun() {
    return Boolean.TRUE.equals(dryRun);
  }
}
