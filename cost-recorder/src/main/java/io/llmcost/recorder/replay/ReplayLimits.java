package io.llmcost.recorder.replay;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What replays may do, from the settings.
 *
 * @param maxAttempts after so many failures a letter is parked
 * @param defaultRate records a second, where a replay does not say
 * @param dryRunLetters most letters that one dry run examines
 * @param sendTimeout how long one chunk waits for Kafka
 * @param firstRetry after the first failure; doubles up to {@code longestRetry}
 */
public record ReplayLimits(
    int maxAttempts,
    int defaultRate,
    int dryRunLetters,
    Duration sendTimeout,
    Duration firstRetry,
    Duration longestRetry,
    URI calculatorUrl,
    @Nullable String calculatorToken) {}
