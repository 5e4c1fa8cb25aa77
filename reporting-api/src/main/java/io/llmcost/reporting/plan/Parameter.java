package io.llmcost.reporting.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every query parameter, with what the API document says of it. */
public enum Parameter {
  START_TIME(
      "start_time",
      "First instant of the report: RFC 3339, Unix seconds, or a date, which means its start in"
          + " `time_zone`.",
      "2026-11-01T00:00:00Z"),
  END_TIME(
      "end_time",
      "First instant after the report, in the same forms. Now, where not given; further pages keep"
          + " the first page's end.",
      "2026-12-01T00:00:00Z"),
  BUCKET_WIDTH(
      "bucket_width",
      "`15m`, `1h`, `1d` or `1M`, by the clock and calendar of `time_zone`; the first and last"
          + " bucket are clipped to the range. Without it one bucket spans the range.",
      "1d"),
  TIME_ZONE(
      "time_zone",
      "IANA name of the zone whose hours, days and months are meant. UTC, where not given.",
      "Europe/Berlin"),
  GROUP_BY(
      "group_by",
      "One result per value of this field, repeatable: `project`, `user_id`, `provider`, `model`,"
          + " `operation`, `request_type`, `trackable_type`, `trackable` (`type:id`),"
          + " `api_key_id`, `status`, `service_tier`, `region`, `source`, or `tag:<name>`. A"
          + " result's field is null for what has none. Currencies are always apart.",
      "model"),
  PROJECTS("projects", "Only these projects; empty for requests without one.", "checkout"),
  USER_IDS("user_ids", "Only these users; empty for requests without one.", "u-17"),
  PROVIDERS("providers", "Only these providers.", "openai"),
  MODELS(
      "models",
      "Only these models, as billed: what the provider named, else what was requested.",
      "gpt-4o-mini"),
  REQUEST_TYPES(
      "request_types", "Only these request types; empty for requests without one.", "summary"),
  OPERATIONS("operations", "Only these operations.", "chat"),
  STATUSES("statuses", "Only requests that ended so: succeeded, failed, cancelled.", "succeeded"),
  COST_STATUSES(
      "cost_statuses",
      "Only requests whose costing stands so now: PRICED, FREE, FALLBACK, UNPRICED, VOID.",
      "UNPRICED"),
  EXTERNAL_ID("external_id", "The producer's own id of the answer.", "batch-7/line-12"),
  REQUEST_ID(
      "request_id", "The caller's own id of the call; its retries carry it too.", "order-4711"),
  SHAPE(
      "shape",
      "`flat` puts one row per bucket and group into `data`, without nesting, as CSV has them.",
      "flat"),
  LIMIT(
      "limit",
      "Most buckets on a page, or, without `bucket_width`, most results. A page may hold fewer:"
          + " follow `next_page`.",
      "31"),
  PAGE(
      "page",
      "The `next_page` of the page before, unchanged, with the same other parameters.",
      null);

  /** Of {@code /v1/costs}. */
  public static final Set<Parameter> OF_COSTS =
      except(EnumSet.of(COST_STATUSES, EXTERNAL_ID, REQUEST_ID));

  /** Of {@code /v1/totals}. */
  public static final Set<Parameter> OF_TOTALS =
      except(
          EnumSet.of(
              COST_STATUSES, EXTERNAL_ID, REQUEST_ID, BUCKET_WIDTH, GROUP_BY, SHAPE, LIMIT, PAGE));

  /** Of {@code /v1/requests}. */
  public static final Set<Parameter> OF_REQUESTS =
      except(EnumSet.of(BUCKET_WIDTH, GROUP_BY, SHAPE));

  private final String field;
  private final String description;
  private final @org.jspecify.annotations.Nullable String example;

  Parameter(String field, String description, @org.jspecify.annotations.Nullable String example) {
    this.field = field;
    this.description = description;
    this.example = example;
  }

  /** Returns its name in a query string. */
  public String field() {
    return field;
  }

  /** Returns what it means, in Markdown. */
  public String description() {
    return description;
  }

  /** Returns a value that can be tried. */
  public Optional<String> example() {
    return Optional.ofNullable(example);
  }

  /** Whether it may be given more than once. */
  public boolean repeatable() {
    return switch (this) {
      case GROUP_BY,
          PROJECTS,
          USER_IDS,
          PROVIDERS,
          MODELS,
          REQUEST_TYPES,
          OPERATIONS,
          STATUSES,
          COST_STATUSES ->
          true;
      case START_TIME,
          END_TIME,
          BUCKET_WIDTH,
          TIME_ZONE,
          EXTERNAL_ID,
          REQUEST_ID,
          SHAPE,
          LIMIT,
          PAGE ->
          false;
    };
  }

  static Optional<Parameter> named(String field) {
    return Arrays.stream(values()).filter(p -> p.field.equals(field)).findFirst();
  }

  static List<String> fields(Set<Parameter> parameters) {
    return parameters.stream().map(Parameter::field).toList();
  }

  private static Set<Parameter> except(EnumSet<Parameter> others) {
    return Collections.unmodifiableSet(EnumSet.complementOf(others));
  }
}
