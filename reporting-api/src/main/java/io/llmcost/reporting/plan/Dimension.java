package io.llmcost.reporting.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a report can be grouped or filtered by; the closed set that column names come from. */
public enum Dimension {
  PROJECT("project", true),
  USER_ID("user_id", false),
  PROVIDER("provider", true),
  MODEL("model", true),
  OPERATION("operation", true),
  REQUEST_TYPE("request_type", true),
  TRACKABLE_TYPE("trackable_type", false),
  TRACKABLE("trackable", false),
  API_KEY_ID("api_key_id", false),
  STATUS("status", false),
  SERVICE_TIER("service_tier", false),
  REGION("region", false),
  SOURCE("source", false);

  private final String field;
  private final boolean inRollup;

  Dimension(String field, boolean inRollup) {
    this.field = field;
    this.inRollup = inRollup;
  }

  /** Returns its name in parameters, JSON and CSV. */
  public String field() {
    return field;
  }

  /** Whether the quarter-hour rollup has it; the rest is read from the entries themselves. */
  public boolean inRollup() {
    return inRollup;
  }

  static Optional<Dimension> named(String field) {
    return Arrays.stream(values()).filter(d -> d.field.equals(field)).findFirst();
  }

  static List<String> fields() {
    return Arrays.stream(values()).map(Dimension::field).toList();
  }
}
