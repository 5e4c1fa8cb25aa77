package io.llmcost.reporting.ledger;

import io.llmcost.reporting.plan.Dimension;
import io.llmcost.reporting.plan.Filters;
import io.llmcost.reporting.plan.Segment.Source;
import io.llmcost.schemas.EventIds;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The only place where a dimension becomes a column: SQL is made of these names, values are always
 * bound.
 */
public final class Columns {

  private Columns() {}

  /** Returns the column or expression of {@code dimension}; an empty text where it has no value. */
  public static String of(Dimension dimension, Source source) {
    return switch (dimension) {
      case PROJECT -> "project";
      case PROVIDER -> "provider";
      case MODEL -> source == Source.ROLLUP ? "model" : "billed_model";
      case OPERATION -> "operation";
      case REQUEST_TYPE -> "request_type";
      case USER_ID -> entriesOnly(source, "user_id");
      case TRACKABLE_TYPE -> entriesOnly(source, "coalesce(trackable_type, '')");
      case TRACKABLE -> entriesOnly(source, "coalesce(trackable_type || ':' || trackable_id, '')");
      case API_KEY_ID -> entriesOnly(source, "coalesce(api_key_id, '')");
      case STATUS -> entriesOnly(source, "status");
      case SERVICE_TIER -> entriesOnly(source, "coalesce(service_tier, '')");
      case REGION -> entriesOnly(source, "coalesce(region, '')");
      case SOURCE -> entriesOnly(source, "source");
    };
  }

  /** Adds {@code and column = any (?)} for each filter to {@code sql}, and its values to bind. */
  public static void filter(Filters filters, Source source, StringBuilder sql, List<Object> bind) {
    filters
        .values()
        .forEach(
            (dimension, values) -> {
              sql.append(" and ").append(of(dimension, source)).append(" = any (?)");
              bind.add(values.toArray(String[]::new));
            });
  }

  /**
   * Adds the condition that an entry occurred at {@code start} or later. Its id's own time is near,
   * as the recorder made sure, which spares the partitions of other months.
   */
  public static void entriesFrom(Instant start, StringBuilder sql, List<Object> bind) {
    sql.append(" and occurred_at >= ? and event_id >= ?");
    bind.add(start.atOffset(ZoneOffset.UTC));
    bind.add(EventIds.firstOf(start.minus(EventIds.TOLERANCE)));
  }

  /** Adds the condition that an entry occurred before {@code end}, likewise. */
  public static void entriesBefore(Instant end, StringBuilder sql, List<Object> bind) {
    sql.append(" and occurred_at < ? and event_id < ?");
    bind.add(end.atOffset(ZoneOffset.UTC));
    bind.add(EventIds.firstOf(end.plus(EventIds.TOLERANCE).plusMillis(1)));
  }

  private static String entriesOnly(Source source, String column) {
    if (source == Source.ROLLUP) {
      throw new IllegalArgumentException("the rollup has no " + column);
    }
    return column;
  }
}
