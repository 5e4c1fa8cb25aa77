package io.llmcost.client.event;

import io.llmcost.client.provider.Completion;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The usage in an event's JSON: given as items, or told by the provider's own answer, never by
 * both.
 */
final class EventUsage {
  private static final int COST_SCALE = 18;
  private static final Set<String> USAGE_FIELDS = Set.of("meter", "quantity", "model");
  private static final Set<String> COST_FIELDS = Set.of("amount", "currency");

  private final ProviderResponse responses;

  EventUsage(ProviderResponse responses) {
    this.responses = responses;
  }

  /** Puts the usage into {@code event}, and returns what a provider's answer told of it. */
  ProviderResponse.@Nullable Read read(
      LlmRequestCompleted event, JsonFields fields, List<Violation> violations) {
    JsonFields response = fields.object(ProviderResponse.NAME, null);
    event.setUsage(items(fields, violations));
    event.setProviderReportedCost(cost(fields));
    String source = fields.text("usage_source");
    event.setUsageSource(source == null ? UsageSources.PROVIDER : source);
    if (response == null) {
      withoutResponse(event, fields, source);
      return null;
    }
    if (fields.get("usage") != null || source != null) {
      fields.refuse("usage", "is told by provider_response already; give one of the two");
    }
    String provider = event.getProvider().isEmpty() ? null : event.getProvider();
    ProviderResponse.Read read = responses.read(fields, response, provider);
    if (read != null) {
      told(event, fields, read);
    }
    return read;
  }

  private static void withoutResponse(
      LlmRequestCompleted event, JsonFields fields, @Nullable String source) {
    if (fields.get("status") == null) {
      fields.refuse("status", "is required");
    }
    boolean ended = !event.getStatus().equals(Statuses.SUCCEEDED);
    if (event.getUsage().isEmpty() && ended && source == null) {
      event.setUsageSource(UsageSources.NONE);
    }
  }

  // What the caller says counts before what the answer says.
  private static void told(
      LlmRequestCompleted event, JsonFields fields, ProviderResponse.Read read) {
    LlmCallContext source = LlmCallContext.of("any");
    Completion completion = read.completion();
    LlmRequestCompleted told =
        CompletedEvents.of(
            source,
            new LlmCall(
                EventIds.derive(Instant.EPOCH, "", ""),
                "any",
                read.operation(),
                event.getModelRequested() == null
                    ? read.modelRequested()
                    : event.getModelRequested(),
                event.getRegion(),
                false,
                null,
                Instant.EPOCH,
                null,
                null),
            completion);
    if (fields.get("operation") == null) {
      event.setOperation(read.operation());
    }
    if (fields.get("status") == null) {
      event.setStatus(told.getStatus());
    }
    event.setModelRequested(orElse(event.getModelRequested(), told.getModelRequested()));
    event.setModel(orElse(event.getModel(), told.getModel()));
    event.setServiceTier(orElse(event.getServiceTier(), told.getServiceTier()));
    event.setRegion(told.getRegion());
    event.setErrorCode(orElse(event.getErrorCode(), told.getErrorCode()));
    event.setUsage(told.getUsage());
    event.setUsageSource(told.getUsageSource());
    event.setUsageInconsistent(told.getUsageInconsistent());
    if (event.getContextTokens() == null) {
      event.setContextTokens(told.getContextTokens());
    }
    if (event.getProviderReportedCost() == null) {
      event.setProviderReportedCost(told.getProviderReportedCost());
    }
    if (!told.getMetadata().isEmpty()) {
      Map<String, String> metadata = new HashMap<>(told.getMetadata());
      metadata.putAll(event.getMetadata());
      event.setMetadata(metadata);
    }
  }

  private static List<UsageItem> items(JsonFields fields, List<Violation> violations) {
    JsonNode array = fields.get("usage");
    List<UsageItem> items = new ArrayList<>(array == null ? 0 : array.size());
    if (array == null) {
      return items;
    }
    if (!array.isArray()) {
      fields.refuse("usage", "has to be an array, not " + JsonFields.kind(array));
      return items;
    }
    for (int i = 0; i < array.size() && violations.size() <= EventRules.MAX_ENTRIES; i++) {
      JsonNode node = array.get(i);
      if (!node.isObject()) {
        fields.refuse("usage[" + i + "]", "has to be an object, not " + JsonFields.kind(node));
        continue;
      }
      JsonFields item = new JsonFields(node, "usage[" + i + "].", violations);
      item.refuseOthers(USAGE_FIELDS);
      BigDecimal quantity = item.decimal("quantity", Meters.QUANTITY_SCALE);
      items.add(
          new UsageItem(
              orEmpty(item.requiredText("meter")),
              quantity == null ? BigDecimal.ZERO.setScale(Meters.QUANTITY_SCALE) : quantity,
              item.text("model")));
    }
    return items;
  }

  private static @Nullable ReportedCost cost(JsonFields fields) {
    JsonFields cost = fields.object("provider_reported_cost", COST_FIELDS);
    if (cost == null) {
      return null;
    }
    BigDecimal amount = cost.decimal("amount", COST_SCALE);
    String currency = cost.requiredText("currency");
    return amount == null ? null : new ReportedCost(amount, orEmpty(currency));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orElse(@Nullable String text, @Nullable String other) {
    return text == null ? other : text;
  }
}
