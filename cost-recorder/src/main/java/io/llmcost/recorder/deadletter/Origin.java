package io.llmcost.recorder.deadletter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a dead letter came from, as far as its headers tell. */
record Origin(
    String topic, @Nullable Integer partition, @Nullable Long offset, @Nullable Instant at) {}
