package io.llmcost.schemas;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What makes a completed event valid, whoever produced it: checked at intake, where a violation is
 * the caller's problem, and by the cost-calculator, where it is a dead letter.
 */
public final class EventRules {

  /** Events before this are refused: no provider billed by the token then. */
  public static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");

  /** How far ahead of our clock an event may be. */
  public static final Duration LATEST_AHEAD = Duration.ofHours(24);

  /** Longest value of a short field (ids, names), in characters. */
  public static final int MAX_NAME_LENGTH = 512;

  /** Longest value of a tag or a metadata entry, in characters. */
  public static final int MAX_VALUE_LENGTH = 4_096;

  /** Most entries of tags, of metadata, and most usage items. */
  public static final int MAX_ENTRIES = 64;

  /** Largest quantity of one usage item: beyond it a provider's number is a fault. */
  public static final BigDecimal MAX_QUANTITY = new BigDecimal("1000000000000");

  private EventRules() {}

  /**
   * One reason to refuse an event.
   *
   * @param field the field's name as producers write it, for instance {@code usage[2].quantity}
   * @param reason what is wrong and what would be right
   */
  public record Violation(String field, String reason) {}

  /** Returns every reason to refuse {@code event} at {@code now}; empty for a valid one. */
  public static List<Violation> violations(LlmRequestCompleted event, Instant now) {
    List<Violation> found = new ArrayList<>(0);
    identity(found, event, now);
    outcome(found, event);
    context(found, event);
    usage(found, event);
    return found;
  }

  private static void identity(List<Violation> found, LlmRequestCompleted event, Instant now) {
    required(found, "event_id", event.getEventId());
    required(found, "source", event.getSource());
    required(found, "provider", event.getProvider());
    required(found, "operation", event.getOperation());
    optional(found, "external_id", event.getExternalId());
    Instant at = event.getOccurredAt();
    if (at.isBefore(EARLIEST)) {
      found.add(new Violation("occurred_at", at + " is before " + EARLIEST));
    } else if (at.isAfter(now.plus(LATEST_AHEAD))) {
      found.add(
          new Violation(
              "occurred_at",
              at + " is more than " + LATEST_AHEAD.toHours() + " hours ahead of " + now));
    }
    optional(found, "model", event.getModel());
    optional(found, "model_requested", event.getModelRequested());
    if (blank(event.getModel()) && blank(event.getModelRequested())) {
      found.add(
          new Violation(
              "model", "give model or model_requested; a model that cannot be known is 'unknown'"));
    }
  }

  private static void outcome(List<Violation> found, LlmRequestCompleted event) {
    if (!Statuses.known().contains(event.getStatus())) {
      found.add(
          new Violation(
              "status", quoted(event.getStatus()) + " is none of succeeded, failed, cancelled"));
    }
    if (!UsageSources.known().contains(event.getUsageSource())) {
      found.add(
          new Violation(
              "usage_source",
              quoted(event.getUsageSource()) + " is none of provider, estimated, none"));
    }
    optional(found, "error_code", event.getErrorCode());
    optional(found, "service_tier", event.getServiceTier());
    optional(found, "region", event.getRegion());
    notNegative(found, "latency_millis", event.getLatencyMillis());
    notNegative(found, "time_to_first_token_millis", event.getTimeToFirstTokenMillis());
    notNegative(found, "context_tokens", event.getContextTokens());
    Integer httpStatus = event.getHttpStatus();
    if (httpStatus != null && (httpStatus < 100 || httpStatus > 599)) {
      found.add(new Violation("http_status", httpStatus + " is not between 100 and 599"));
    }
  }

  private static void context(List<Violation> found, LlmRequestCompleted event) {
    optional(found, "project", event.getProject());
    optional(found, "request_type", event.getRequestType());
    optional(found, "user_id", event.getUserId());
    optional(found, "api_key_id", event.getApiKeyId());
    optional(found, "request_id", event.getRequestId());
    Trackable trackable = event.getTrackable();
    if (trackable != null) {
      required(found, "trackable.type", trackable.getType());
      required(found, "trackable.id", trackable.getId());
    }
    entries(found, "tags", event.getTags());
    entries(found, "metadata", event.getMetadata());
    ReportedCost reported = event.getProviderReportedCost();
    if (reported != null) {
      required(found, "provider_reported_cost.currency", reported.getCurrency());
      if (reported.getAmount().signum() < 0) {
        found.add(
            new Violation(
                "provider_reported_cost.amount",
                reported.getAmount().toPlainString() + " is negative"));
      }
    }
  }

  private static void usage(List<Violation> found, LlmRequestCompleted event) {
    List<UsageItem> usage = event.getUsage();
    if (usage.isEmpty()
        && event.getStatus().equals(Statuses.SUCCEEDED)
        && !event.getUsageSource().equals(UsageSources.NONE)) {
      found.add(
          new Violation(
              "usage", "a succeeded call needs at least one item, or usage_source 'none'"));
    }
    if (usage.size() > MAX_ENTRIES) {
      found.add(new Violation("usage", usage.size() + " items; at most " + MAX_ENTRIES));
      return;
    }
    for (int i = 0; i < usage.size(); i++) {
      UsageItem item = usage.get(i);
      String field = "usage[" + i + "]";
      required(found, field + ".meter", item.getMeter());
      optional(found, field + ".model", item.getModel());
      if (item.getQuantity().signum() < 0) {
        found.add(
            new Violation(
                field + ".quantity", item.getQuantity().toPlainString() + " is negative"));
      } else if (item.getQuantity().compareTo(MAX_QUANTITY) > 0) {
        found.add(
            new Violation(
                field + ".quantity",
                item.getQuantity().toPlainString() + " is above " + MAX_QUANTITY.toPlainString()));
      }
    }
  }

  private static void entries(List<Violation> found, String field, Map<String, String> entries) {
    if (entries.size() > MAX_ENTRIES) {
      found.add(new Violation(field, entries.size() + " entries; at most " + MAX_ENTRIES));
      return;
    }
    entries.forEach(
        (name, value) -> {
          required(found, field + " name", name);
          text(found, field + "." + name, value, MAX_VALUE_LENGTH);
        });
  }

  private static void required(List<Violation> found, String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      found.add(new Violation(field, "is required"));
    } else {
      text(found, field, value, MAX_NAME_LENGTH);
    }
  }

  private static void optional(List<Violation> found, String field, @Nullable String value) {
    if (value != null) {
      text(found, field, value, MAX_NAME_LENGTH);
    }
  }

  // NUL and lone surrogates have no place in UTF-8 text: PostgreSQL refuses them.
  private static void text(List<Violation> found, String field, String value, int maxLength) {
    if (value.length() > maxLength) {
      found.add(new Violation(field, value.length() + " characters; at most " + maxLength));
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0) {
        found.add(new Violation(field, "has a NUL character at " + i));
        return;
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
          found.add(new Violation(field, "has a lone surrogate at " + i));
          return;
        }
        i++;
      }
    }
  }

  private static void notNegative(List<Violation> found, String field, @Nullable Long value) {
    if (value != null && value < 0) {
      found.add(new Violation(field, value + " is negative"));
    }
  }

  private static boolean blank(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private static String quoted(String value) {
    return "'" + value + "'";
  }
}
