package io.llmcost.calculator.repricing;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventRules;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes what a caller wrote and gives what is meant, or refuses it by the field at fault. */
final class SelectionFields {
  private static final int MAX_VALUES = 100;
  private static final int MAX_REASON = 1_000;
  private static final int MAX_RATE = 100_000;

  private SelectionFields() {}

  /**
   * A selection as callers write it.
   *
   * @param from RFC 3339 or a date, of occurred_at
   * @param to the first moment after it; now where left out
   */
  record Request(
      @Nullable String from,
      @Nullable String to,
      @Nullable List<String> provider,
      @Nullable List<String> model,
      @Nullable List<String> project,
      @Nullable List<String> costStatus,
      @Nullable List<String> priceId) {}

  static Selection selection(@Nullable Request request, Instant now) {
    if (request == null || request.from() == null) {
      throw new InvalidRequestException(
          "selector.from", "is required: the time from which on requests are looked at");
    }
    Instant from = time("selector.from", request.from());
    Instant to = request.to() == null ? now : time("selector.to", request.to());
    if (from.isBefore(EventRules.EARLIEST)) {
      throw new InvalidRequestException(
          "selector.from", from + " is before " + EventRules.EARLIEST + ", the earliest of events");
    }
    if (to.isAfter(now)) {
      throw new InvalidRequestException(
          "selector.to",
          to + " is in the future, whose requests are priced as they come; leave it out for now");
    }
    if (!from.isBefore(to)) {
      throw new InvalidRequestException(
          "selector.from", from + " is not before the end, " + to + "; the end is exclusive");
    }
    return new Selection(
        from,
        to,
        values("provider", request.provider()),
        values("model", request.model()),
        values("project", request.project()),
        statuses(values("cost_status", request.costStatus())),
        values("price_id", request.priceId()));
  }

  static String reason(@Nullable String reason) {
    if (reason == null || reason.isBlank()) {
      throw new InvalidRequestException("reason", "is required: it stays in the audit");
    }
    if (reason.length() > MAX_REASON || reason.indexOf(0) >= 0) {
      throw new InvalidRequestException(
          "reason", "has more than " + MAX_REASON + " characters, or a NUL");
    }
    return reason.strip();
  }

  static int rate(@Nullable Integer rate, int standard) {
    if (rate != null && (rate < 1 || rate > MAX_RATE)) {
      throw new InvalidRequestException("rate", rate + " is not between 1 and " + MAX_RATE);
    }
    return rate == null ? standard : rate;
  }

  private static List<String> statuses(List<String> statuses) {
    for (String status : statuses) {
      if (!CostStatuses.worstFirst().contains(status)) {
        throw new InvalidRequestException(
            "selector.cost_status",
            "'" + status + "' is none of " + String.join(", ", CostStatuses.worstFirst()));
      }
    }
    return statuses;
  }

  private static List<String> values(String field, @Nullable List<String> values) {
    if (values == null) {
      return List.of();
    }
    if (values.size() > MAX_VALUES) {
      throw new InvalidRequestException(
          "selector." + field, values.size() + " values; at most " + MAX_VALUES);
    }
    for (String value : values) {
      boolean taken =
          value != null
              && value.length() <= EventRules.MAX_NAME_LENGTH
              && value.indexOf(0) < 0
              // The empty project is that of requests which name none.
              && (!value.isBlank() || field.equals("project"));
      if (!taken) {
        throw new InvalidRequestException(
            "selector." + field, "has a value that is missing, blank or too long");
      }
    }
    return values;
  }

  private static Instant time(String field, String text) {
    try {
      Instant at =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      return at.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new InvalidRequestException(
          field, "'" + text + "' is neither a time such as 2026-01-31T00:00:00Z nor a date");
    }
  }
}
