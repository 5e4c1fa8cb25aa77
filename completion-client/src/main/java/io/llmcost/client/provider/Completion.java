package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageSources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's answer says: the model that served it and what it used. No text of it.
 *
 * @param status one of {@link Statuses}
 * @param errorCode the provider's code or type of the error, where it failed
 * @param model as the provider named it
 * @param serviceTier as the provider named it
 * @param region where it was served, if the answer tells
 * @param usage disjoint meters; empty where the answer tells none
 * @param usageSource one of {@link UsageSources}
 * @param usageInconsistent parts exceeded their gross and were clamped; the provider's own numbers
 *     are in {@code metadata}
 * @param metadata facts for the event's metadata, at most a few entries
 * @param contextTokens the largest single prompt, where known
 * @param providerReportedCost what the provider says that it charged
 * @param providerId the provider's id of the answer
 * @param createdAt the provider's time of the answer, whole seconds
 * @param finished whether the answer came to its end; a stream cut short did not
 * @param pending the provider still works on it (a background response): not an event yet
 */
public record Completion(
    String status,
    @Nullable String errorCode,
    @Nullable String model,
    @Nullable String serviceTier,
    @Nullable String region,
    List<MeterReading> usage,
    String usageSource,
    boolean usageInconsistent,
    Map<String, String> metadata,
    @Nullable Long contextTokens,
    @Nullable ProviderCost providerReportedCost,
    @Nullable String providerId,
    @Nullable Instant createdAt,
    boolean finished,
    boolean pending) {
  /** Name in the metadata that says how little a usage says. */
  public static final String USAGE_DETAIL = "usage_detail";

  public Completion {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(usageSource, "usageSource");
    usage = List.copyOf(usage);
    metadata = Map.copyOf(metadata);
  }

  /** Returns a call that ended without an answer: a refused connection, a time-out. */
  public static Completion failed(String errorCode) {
    return without(Statuses.FAILED, errorCode);
  }

  /** Returns an answer that no adapter understands: no usage, and none guessed. */
  public static Completion notUnderstood() {
    return without(Statuses.SUCCEEDED, null);
  }

  /**
   * Returns an answer of which only its totals are known, read by somebody else: all input and all
   * output, charged plain, whatever of it was cached or thought. The metadata say so.
   *
   * @param input null where it was not told, as {@code output}
   */
  public static Completion counted(
      @Nullable String model, @Nullable Integer input, @Nullable Integer output) {
    UsageTally tally = new UsageTally();
    tally.add(Meters.INPUT, input == null ? 0 : input);
    tally.add(Meters.OUTPUT, output == null ? 0 : output);
    boolean told = input != null || output != null;
    return new Completion(
        Statuses.SUCCEEDED,
        null,
        model,
        null,
        null,
        told ? tally.readings() : List.of(),
        told ? UsageSources.PROVIDER : UsageSources.NONE,
        tally.isInconsistent(),
        told ? Map.of(USAGE_DETAIL, "totals") : Map.of(),
        told && input != null ? Long.valueOf(Math.max(0, input)) : null,
        null,
        null,
        null,
        true,
        false);
  }

  /** Returns this with the status cancelled: the caller hung up before the answer's end. */
  public Completion cancelled() {
    return withStatus(Statuses.CANCELLED, errorCode);
  }

  /** Returns this as failed for {@code reason}, its usage kept: the provider bills it. */
  public Completion failedWith(String reason) {
    return withStatus(Statuses.FAILED, reason);
  }

  /** Returns this as served at {@code tier}, which the answer itself does not tell. */
  public Completion servedAs(String tier) {
    return new Completion(
        status,
        errorCode,
        model,
        tier,
        region,
        usage,
        usageSource,
        usageInconsistent,
        metadata,
        contextTokens,
        providerReportedCost,
        providerId,
        createdAt,
        finished,
        pending);
  }

  private Completion withStatus(String newStatus, @Nullable String newErrorCode) {
    return new Completion(
        newStatus,
        newErrorCode,
        model,
        serviceTier,
        region,
        usage,
        usageSource,
        usageInconsistent,
        metadata,
        contextTokens,
        providerReportedCost,
        providerId,
        createdAt,
        finished,
        pending);
  }

  private static Completion without(String status, @Nullable String errorCode) {
    return new Completion(
        status,
        errorCode,
        null,
        null,
        null,
        List.of(),
        UsageSources.NONE,
        false,
        Map.of(),
        null,
        null,
        null,
        null,
        true,
        false);
  }
}
