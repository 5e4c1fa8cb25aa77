package io.llmcost.recorder.intake;

import java.time.Duration;

/** What a {@link ConsumerLoop} is told of times; see the recorder's settings for their meaning. */
public record IntakeSettings(
    Duration pollTimeout,
    Duration idleBeat,
    Duration completenessMargin,
    Duration firstRetry,
    Duration longestRetry) {}
