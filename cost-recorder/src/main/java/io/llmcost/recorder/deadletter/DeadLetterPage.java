package io.llmcost.recorder.deadletter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some dead letters, newest first.
 *
 * @param object always {@code page}
 * @param nextPage what to ask for the next ones with; null on the last page
 */
record DeadLetterPage(
    String object, List<DeadLetterSummary> data, boolean hasMore, @Nullable String nextPage) {}
