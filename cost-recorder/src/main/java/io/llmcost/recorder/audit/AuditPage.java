package io.llmcost.recorder.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the audit, newest first.
 *
 * @param object always {@code page}
 * @param nextPage what to ask for the next ones with; null on the last page
 */
public record AuditPage(
    String object, List<AuditEntry> data, boolean hasMore, @Nullable String nextPage) {}
