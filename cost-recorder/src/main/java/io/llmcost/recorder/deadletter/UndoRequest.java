package io.llmcost.recorder.deadletter;

import org.jspecify.annotations.Nullable;

/** Why an edit is taken back. */
record UndoRequest(@Nullable String reason) {}
