package io.llmcost.reporting.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Queries as callers write them. */
final class Queries {

  static final ReportLimits LIMITS = new ReportLimits(Duration.ofDays(36_525), 10_000, 100, 50, 10);
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private Queries() {}

  /** Reads {@code name=value&name=value}, nothing decoded. */
  static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (!query.isEmpty()) {
      for (String part : query.split("&")) {
        int equals = part.indexOf('=');
        parameters
            .computeIfAbsent(part.substring(0, equals), name -> new ArrayList<>())
            .add(part.substring(equals + 1));
      }
    }
    return parameters;
  }

  static ReportQuery costs(String query) {
    return ReportQuery.ofCosts(parameters(query), LIMITS, NOW);
  }

  static ReportPlan plan(String query) {
    return new ReportPlanner(LIMITS).plan(costs(query));
  }
}
