package io.llmcost.client.event;

import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.MeterReading;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderCost;
import io.llmcost.schemas.BilledModel;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Joins a call, its context and its completion into the event. */
public final class CompletedEvents {
  /** Most that a context may take of an event's 64 KiB, in bytes of UTF-8. */
  public static final int MAX_CONTEXT_BYTES = 40 << 10;

  private static final int COST_SCALE = 18;

  private CompletedEvents() {}

  /**
   * Returns the event of a call. What the provider said is cut and cleaned to the event's limits,
   * so that no answer is lost for an odd character in it; the context is taken as it is.
   */
  public static LlmRequestCompleted of(
      LlmCallContext context, LlmCall call, Completion completion) {
    List<UsageItem> usage = usage(completion);
    String model = ProviderText.name(completion.model());
    String requested = ProviderText.name(call.modelRequested());
    LlmRequestCompleted event = new LlmRequestCompleted();
    event.setEventId(call.eventId().toString());
    event.setOccurredAt(call.occurredAt());
    event.setProvider(call.provider());
    event.setOperation(call.operation());
    event.setModelRequested(requested);
    event.setModel(model == null && requested == null ? BilledModel.UNKNOWN : model);
    event.setServiceTier(ProviderText.name(completion.serviceTier()));
    event.setRegion(ProviderText.name(call.region() == null ? completion.region() : call.region()));
    event.setStatus(completion.status());
    event.setHttpStatus(call.httpStatus());
    event.setErrorCode(ProviderText.name(completion.errorCode()));
    event.setStreamed(call.streamed());
    event.setLatencyMillis(call.latencyMillis());
    event.setTimeToFirstTokenMillis(call.timeToFirstTokenMillis());
    event.setUsage(usage);
    event.setUsageSource(usage.isEmpty() ? UsageSources.NONE : completion.usageSource());
    event.setUsageInconsistent(completion.usageInconsistent());
    event.setContextTokens(completion.contextTokens());
    event.setProviderReportedCost(cost(completion.providerReportedCost()));
    setContext(event, context);
    event.setMetadata(metadata(context, completion));
    return event;
  }

  /**
   * Returns the identity of an answer that can be fetched again, as soon as {@code reader} has seen
   * its id and time: the same for every fetch. Empty for other answers, whose id is minted, and
   * while these are not known yet.
   */
  public static Optional<EventIdentity> identity(
      ProviderAdapter adapter, String provider, AnswerReader reader) {
    return adapter.refetchable()
        ? fetchable(provider, reader.providerId(), reader.createdAt())
        : Optional.empty();
  }

  /** Returns the identity of an answer that is seen once: minted at {@code now}. */
  public static EventIdentity minted(Instant now) {
    return new EventIdentity(EventIds.mint(now), now);
  }

  /** Returns every reason why no event could carry {@code context}; empty where one can. */
  public static List<Violation> violations(LlmCallContext context) {
    Instant now = EventRules.EARLIEST;
    LlmCall call =
        new LlmCall(
            EventIds.derive(now, "", ""), "any", "any", "any", null, false, null, now, null, null);
    List<Violation> found =
        new ArrayList<>(EventRules.violations(of(context, call, Completion.notUnderstood()), now));
    int bytes = utf8(context.tags()) + utf8(context.metadata());
    if (bytes > MAX_CONTEXT_BYTES) {
      found.add(
          new Violation(
              "metadata", bytes + " bytes of tags and metadata; at most " + MAX_CONTEXT_BYTES));
    }
    return found;
  }

  static Optional<EventIdentity> fetchable(
      String provider, @Nullable String id, @Nullable Instant createdAt) {
    return id == null || createdAt == null
        ? Optional.empty()
        : Optional.of(new EventIdentity(EventIds.derive(createdAt, provider, id), createdAt));
  }

  private static void setContext(LlmRequestCompleted event, LlmCallContext context) {
    event.setSource(context.source());
    event.setProject(context.project());
    event.setUserId(context.userId());
    event.setRequestType(context.requestType());
    event.setApiKeyId(context.apiKeyId());
    event.setRequestId(context.requestId());
    event.setTags(context.tags());
    if (context.trackableType() != null && context.trackableId() != null) {
      event.setTrackable(new Trackable(context.trackableType(), context.trackableId()));
    }
  }

  // A count beyond the limit is a fault of the provider's, not a bill: it is not charged, and its
  // numbers are kept where the adapter put them, in the metadata.
  private static List<UsageItem> usage(Completion completion) {
    if (completion.usage().size() > EventRules.MAX_ENTRIES) {
      return List.of();
    }
    List<UsageItem> items = new ArrayList<>(completion.usage().size());
    for (MeterReading reading : completion.usage()) {
      if (reading.quantity().compareTo(EventRules.MAX_QUANTITY) > 0) {
        return List.of();
      }
      UsageItem item = reading.toUsageItem();
      item.setModel(ProviderText.name(item.getModel()));
      items.add(item);
    }
    return items;
  }

  private static Map<String, String> metadata(LlmCallContext context, Completion completion) {
    if (completion.metadata().isEmpty()) {
      return context.metadata();
    }
    Map<String, String> all = new HashMap<>(context.metadata());
    completion
        .metadata()
        .forEach(
            (name, value) -> {
              if (all.size() < EventRules.MAX_ENTRIES) {
                all.putIfAbsent(name, ProviderText.fit(value, EventRules.MAX_VALUE_LENGTH));
              }
            });
    return all;
  }

  private static @Nullable ReportedCost cost(@Nullable ProviderCost cost) {
    return cost == null
        ? null
        : new ReportedCost(
            cost.amount().setScale(COST_SCALE, RoundingMode.HALF_EVEN), cost.currency());
  }

  private static int utf8(Map<String, String> entries) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes;
  }
}
