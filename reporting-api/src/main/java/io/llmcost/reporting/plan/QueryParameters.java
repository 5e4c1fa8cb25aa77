package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of one call, each known and given as often as it may be; a wrong one is refused
 * with its name, what is wrong and what would be right.
 */
final class QueryParameters {

  private static final int LONGEST_VALUE = 1024;
  private static final int LONGEST_PAGE = 24_576; // Holds a value of each group_by.
  private static final int MOST_GROUPS = 8;

  private final Map<Parameter, List<String>> given;
  private final ReportLimits limits;

  private QueryParameters(Map<Parameter, List<String>> given, ReportLimits limits) {
    this.given = given;
    this.limits = limits;
  }

  static QueryParameters of(
      Map<String, List<String>> raw, Set<Parameter> known, ReportLimits limits) {
    Map<Parameter, List<String>> given = new EnumMap<>(Parameter.class);
    raw.forEach(
        (name, values) -> {
          Parameter parameter =
              Parameter.named(name).filter(known::contains).orElseThrow(() -> unknown(name, known));
          given.put(parameter, List.copyOf(values));
          values.forEach(value -> checkText(parameter, value));
        });
    given.forEach(
        (parameter, values) -> {
          if (values.size() > 1 && !parameter.repeatable()) {
            throw new InvalidRequestException(
                parameter.field(), "is given " + values.size() + " times; give it once");
          }
          if (values.size() > limits.maxFilterValues()) {
            throw new InvalidRequestException(
                parameter.field(),
                "has %d values; at most %d are taken"
                    .formatted(values.size(), limits.maxFilterValues()));
          }
        });
    return new QueryParameters(given, limits);
  }

  Optional<String> single(Parameter parameter) {
    return given.getOrDefault(parameter, List.of()).stream().findFirst();
  }

  List<String> all(Parameter parameter) {
    return given.getOrDefault(parameter, List.of());
  }

  ZoneId zone() {
    String name = single(Parameter.TIME_ZONE).orElse("UTC");
    Set<String> known = ZoneId.getAvailableZoneIds();
    if (!known.contains(name)) {
      throw new InvalidRequestException(
          Parameter.TIME_ZONE.field(),
          "'"
              + name
              + "' is no IANA time zone; "
              + suggestion(name, known, "such as Europe/Berlin"));
    }
    return name.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(name);
  }

  Optional<BucketWidth> bucketWidth() {
    return single(Parameter.BUCKET_WIDTH)
        .map(
            text -> {
              for (BucketWidth width : BucketWidth.values()) {
                if (width.parameter().equals(text)) {
                  return width;
                }
              }
              throw new InvalidRequestException(
                  Parameter.BUCKET_WIDTH.field(),
                  "'" + text + "' is no bucket width; give 15m, 1h, 1d or 1M");
            });
  }

  List<GroupKey> groupBy() {
    Set<GroupKey> keys = new LinkedHashSet<>();
    for (String value : all(Parameter.GROUP_BY)) {
      if (value.startsWith(GroupKey.TAG)) {
        keys.add(tag(value)); // Commas may be part of a tag's name.
      } else {
        for (String name : value.split(",", -1)) {
          keys.add(name.startsWith(GroupKey.TAG) ? tag(name) : dimension(name));
        }
      }
    }
    if (keys.size() > MOST_GROUPS) {
      throw new InvalidRequestException(
          Parameter.GROUP_BY.field(),
          "names %d fields; at most %d are taken".formatted(keys.size(), MOST_GROUPS));
    }
    return new ArrayList<>(keys);
  }

  Filters filters() {
    Map<Dimension, List<String>> values = new EnumMap<>(Dimension.class);
    filter(values, Dimension.PROJECT, Parameter.PROJECTS);
    filter(values, Dimension.USER_ID, Parameter.USER_IDS);
    filter(values, Dimension.PROVIDER, Parameter.PROVIDERS);
    filter(values, Dimension.MODEL, Parameter.MODELS);
    filter(values, Dimension.REQUEST_TYPE, Parameter.REQUEST_TYPES);
    filter(values, Dimension.OPERATION, Parameter.OPERATIONS);
    filter(values, Dimension.STATUS, Parameter.STATUSES);
    checkOneOf(Parameter.STATUSES, List.of("succeeded", "failed", "cancelled"));
    return new Filters(values);
  }

  List<String> costStatuses() {
    checkOneOf(Parameter.COST_STATUSES, List.of("PRICED", "FREE", "FALLBACK", "UNPRICED", "VOID"));
    return all(Parameter.COST_STATUSES);
  }

  boolean flat() {
    return single(Parameter.SHAPE)
        .map(
            text -> {
              if (!text.equals("flat")) {
                throw new InvalidRequestException(
                    Parameter.SHAPE.field(),
                    "'" + text + "' is no shape; give flat, or leave it out for buckets");
              }
              return true;
            })
        .orElse(false);
  }

  Optional<Integer> limit(int max) {
    return single(Parameter.LIMIT)
        .map(
            text -> {
              if (text.matches("[0-9]{1,9}")) {
                int limit = Integer.parseInt(text);
                if (limit >= 1 && limit <= max) {
                  return limit;
                }
              }
              throw new InvalidRequestException(
                  Parameter.LIMIT.field(),
                  "'"
                      + text
                      + "' is no whole number from 1 to "
                      + max
                      + "; follow next_page for more");
            });
  }

  ReportLimits limits() {
    return limits;
  }

  private void filter(
      Map<Dimension, List<String>> values, Dimension dimension, Parameter parameter) {
    List<String> allowed = all(parameter);
    if (!allowed.isEmpty()) {
      values.put(dimension, allowed);
    }
  }

  private void checkOneOf(Parameter parameter, List<String> known) {
    for (String value : all(parameter)) {
      if (!known.contains(value)) {
        throw new InvalidRequestException(
            parameter.field(), "'" + value + "' is none of " + String.join(", ", known));
      }
    }
  }

  private static GroupKey dimension(String name) {
    return Dimension.named(name)
        .<GroupKey>map(GroupKey.ByDimension::new)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    Parameter.GROUP_BY.field(),
                    "'%s' is nothing to group by; known are %s and tag:<name>"
                        .formatted(name, String.join(", ", Dimension.fields()))));
  }

  private static GroupKey tag(String value) {
    String name = value.substring(GroupKey.TAG.length());
    if (name.isEmpty()) {
      throw new InvalidRequestException(
          Parameter.GROUP_BY.field(), "'tag:' names no tag; give tag:<name>");
    }
    return new GroupKey.ByTag(name);
  }

  private static InvalidRequestException unknown(String name, Set<Parameter> known) {
    List<String> fields = Parameter.fields(known);
    return new InvalidRequestException(
        name,
        "is no parameter here; "
            + suggestion(name, fields, "known are " + String.join(", ", fields)));
  }

  private static String suggestion(String word, java.util.Collection<String> known, String or) {
    return NearestName.of(word, known).map(near -> "did you mean " + near + "?").orElse(or);
  }

  private static void checkText(Parameter parameter, String value) {
    int longest = parameter == Parameter.PAGE ? LONGEST_PAGE : LONGEST_VALUE;
    if (value.length() > longest) {
      throw new InvalidRequestException(
          parameter.field(), "is longer than " + longest + " characters");
    }
    // PostgreSQL stores no NUL; U+FFFD stands where the query string was not UTF-8.
    if (value.indexOf(0) >= 0 || value.indexOf(0xFFFD) >= 0) {
      throw new InvalidRequestException(
          parameter.field(), "has a NUL or bytes that are no UTF-8; percent-encode it as UTF-8");
    }
  }
}
