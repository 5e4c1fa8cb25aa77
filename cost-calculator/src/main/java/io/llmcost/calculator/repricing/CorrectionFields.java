package io.llmcost.calculator.repricing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes corrections as callers write them, and refuses them by the field at fault. */
final class CorrectionFields {
  static final int MAX_CORRECTIONS = 1_000;

  private final JsonMapper json;

  CorrectionFields(JsonMapper json) {
    this.json = json;
  }

  /** A quantity of a meter; {@code model} where another than the event's served it. */
  record UsageRequest(
      @Nullable String meter, @Nullable BigDecimal quantity, @Nullable String model) {}

  /**
   * What one event is said to have used instead.
   *
   * @param usage all of it, not only what differs
   * @param takenBack the event counts for nothing; in place of {@code usage}
   * @param contextTokens the largest single prompt, where the prompts differ
   */
  record One(
      @Nullable String eventId,
      @Nullable List<UsageRequest> usage,
      @JsonProperty("void") @Nullable Boolean takenBack,
      @Nullable Long contextTokens) {}

  /** Returns the id of the event that is meant. */
  static UUID eventId(String prefix, One one) {
    String text = one.eventId();
    if (text == null) {
      throw new InvalidRequestException(prefix + "event_id", "is required");
    }
    try {
      UUID id = UUID.fromString(text);
      if (text.length() == 36 && id.version() == 7) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw wrongId(prefix, text);
    }
    throw wrongId(prefix, text);
  }

  private static InvalidRequestException wrongId(String prefix, String text) {
    return new InvalidRequestException(
        prefix + "event_id",
        "'" + text + "' is no event id; GET /v1/requests of the reporting API finds it");
  }

  /** Refuses a correction that cannot be one, whatever event it is of. */
  static void check(String prefix, One one) {
    boolean isVoid = Boolean.TRUE.equals(one.takenBack());
    if (isVoid == (one.usage() != null)) {
      throw new InvalidRequestException(
          prefix + "usage", "give either usage, all of the event's, or \"void\": true");
    }
    if (one.contextTokens() != null && (isVoid || one.contextTokens() < 0)) {
      throw new InvalidRequestException(
          prefix + "context_tokens", "is negative, or of an event that is taken back");
    }
    if (one.usage() != null) {
      usage(prefix, one.usage());
    }
  }

  private static void usage(String prefix, List<UsageRequest> usage) {
    if (usage.isEmpty()) {
      throw new InvalidRequestException(
          prefix + "usage", "is empty; \"void\": true takes the event back");
    }
    if (usage.size() > EventRules.MAX_ENTRIES) {
      throw new InvalidRequestException(
          prefix + "usage", usage.size() + " items; at most " + EventRules.MAX_ENTRIES);
    }
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < usage.size(); i++) {
      String field = prefix + "usage[" + i + "].";
      UsageRequest item = usage.get(i);
      String meter = item == null ? null : item.meter();
      if (item == null || meter == null || meter.isBlank()) {
        throw new InvalidRequestException(field + "meter", "is required");
      }
      quantity(field + "quantity", item.quantity());
      if (!seen.add(List.of(meter, item.model() == null ? "" : item.model()))) {
        throw new InvalidRequestException(field + "meter", "'" + meter + "' is there twice");
      }
    }
  }

  private static void quantity(String field, @Nullable BigDecimal quantity) {
    if (quantity == null) {
      throw new InvalidRequestException(field, "is required");
    }
    if (quantity.signum() < 0) {
      throw new InvalidRequestException(field, "is negative; give what was used, not a difference");
    }
    if (quantity.compareTo(EventRules.MAX_QUANTITY) > 0) {
      throw new InvalidRequestException(
          field, "is above " + EventRules.MAX_QUANTITY.toPlainString() + ", more than any request");
    }
    if (quantity.stripTrailingZeros().scale() > Meters.QUANTITY_SCALE) {
      throw new InvalidRequestException(
          field, "has more than " + Meters.QUANTITY_SCALE + " places after the point");
    }
  }

  /** Makes what is stored of a correction of {@code past}. */
  RepricingStore.Item item(String prefix, One one, PastEvent past) {
    List<UsageRequest> usage = one.usage();
    if (usage == null) {
      return new RepricingStore.Item(past.eventId(), null, null, past.digest());
    }
    Set<String> known = new TreeSet<>(Meters.known());
    past.completed().getUsage().stream().map(UsageItem::getMeter).forEach(known::add);
    ArrayNode items = json.createArrayNode();
    for (int i = 0; i < usage.size(); i++) {
      UsageRequest given = usage.get(i);
      if (given.meter() == null || given.quantity() == null || !known.contains(given.meter())) {
        throw new InvalidRequestException(
            prefix + "usage[" + i + "].meter", "'" + given.meter() + "' is none of " + known);
      }
      ObjectNode item = items.addObject();
      item.put("meter", given.meter());
      item.put("quantity", RepricingViews.plain(given.quantity()));
      if (given.model() != null) {
        item.put("model", given.model());
      }
    }
    return new RepricingStore.Item(
        past.eventId(), items.toString(), one.contextTokens(), past.digest());
  }
}
