package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.ListRows.When;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * genai-prices' conditional prices: a list of which the last one whose condition holds counts, a
 * first day or hours of the day. Here each gets the range and the hours in which no later one does.
 */
final class ConditionalPrices {

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");

  private ConditionalPrices() {}

  /** Rates and when they hold. */
  record Part(JsonNode prices, When when) {}

  /** Returns the parts in the list's order; what cannot be read is refused in {@code rows}. */
  static List<Part> of(JsonNode list, String row, ListRows rows) {
    List<JsonNode> entries = new ArrayList<>();
    list.forEach(entries::add);
    List<Part> parts = new ArrayList<>();
    @Nullable String until = null;
    for (JsonNode entry : entries.reversed()) {
      JsonNode constraint = entry.path("constraint");
      try {
        if (constraint.isObject() && constraint.has("start_time")) {
          parts.add(new Part(entry.path("prices"), hours(constraint, until)));
        } else {
          @Nullable String from =
              constraint.isObject() ? date(constraint.path("start_date").asString("")) : null;
          if (from == null) {
            parts.add(new Part(entry.path("prices"), new When(null, null, 0, null, null, until)));
            break;
          }
          if (until == null || from.compareTo(until) < 0) {
            parts.add(new Part(entry.path("prices"), new When(null, null, 0, null, from, until)));
            until = from;
          }
        }
      } catch (DateTimeException | IllegalArgumentException e) {
        rows.refuse(row, "a condition that is not understood: " + constraint);
      }
    }
    Collections.reverse(parts);
    return parts;
  }

  private static When hours(JsonNode constraint, @Nullable String until) {
    String window =
        clock(constraint.path("start_time").asString(""))
            + "-"
            + clock(constraint.path("end_time").asString(""));
    return new When(null, null, 0, window, null, until);
  }

  private static String clock(String text) {
    OffsetTime time = OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
    if (time.getSecond() != 0 || time.getNano() != 0) {
      throw new IllegalArgumentException("hours are to the minute, not " + text);
    }
    return time.format(CLOCK);
  }

  private static String date(String text) {
    return text.length() == 10 ? LocalDate.parse(text).toString() : Instant.parse(text).toString();
  }
}
