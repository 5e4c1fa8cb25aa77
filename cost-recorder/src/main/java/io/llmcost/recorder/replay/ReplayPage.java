package io.llmcost.recorder.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some replays, newest first.
 *
 * @param object always {@code page}
 * @param nextPage what to ask for the next ones with; null on the last page
 */
record ReplayPage(String object, List<Replay> data, boolean hasMore, @Nullable String nextPage) {}
