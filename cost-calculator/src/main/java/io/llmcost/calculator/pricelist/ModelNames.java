package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.ListRows.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/** Turns genai-prices' rules for a model's names into aliases: exact, prefix or pattern. */
final class ModelNames {

  private final ListRows rows;
  private final String row;
  private final Origin origin;

  ModelNames(ListRows rows, String row, Origin origin) {
    this.rows = rows;
    this.row = row;
    this.origin = origin;
  }

  void of(JsonNode match) {
    if (match.path("or").isArray()) {
      match.path("or").forEach(this::of);
    } else if (match.path("equals").isString()) {
      String name = match.path("equals").asString();
      if (!name.equalsIgnoreCase(origin.model())) {
        rows.alias(row, origin, "exact", name);
      }
    } else if (match.path("starts_with").isString()) {
      rows.alias(row, origin, "prefix", match.path("starts_with").asString());
    } else {
      pattern(match);
    }
  }

  private void pattern(JsonNode match) {
    try {
      String expression = expression(match);
      Pattern.compile(expression);
      rows.alias(row, origin, "pattern", expression);
    } catch (PatternSyntaxException | UnsupportedOperationException e) {
      rows.refuse(row, "a rule for names that is not understood: " + match);
    }
  }

  // For whole names, as the price book compares patterns; the list's own look for a place within.
  private static String expression(JsonNode match) {
    if (match.path("equals").isString()) {
      return quote(match.path("equals").asString());
    }
    if (match.path("starts_with").isString()) {
      return quote(match.path("starts_with").asString()) + ".*";
    }
    if (match.path("ends_with").isString()) {
      return ".*" + quote(match.path("ends_with").asString());
    }
    if (match.path("contains").isString()) {
      return ".*" + quote(match.path("contains").asString()) + ".*";
    }
    if (match.path("regex").isString()) {
      return wholeName(match.path("regex").asString());
    }
    if (match.path("and").isArray()) {
      StringBuilder all = new StringBuilder();
      match.path("and").forEach(one -> all.append("(?=").append(expression(one)).append("$)"));
      return all.append(".*").toString();
    }
    if (match.path("or").isArray()) {
      List<String> any = new ArrayList<>();
      match.path("or").forEach(one -> any.add(expression(one)));
      return "(?:" + String.join("|", any) + ")";
    }
    throw new UnsupportedOperationException(match.toString());
  }

  private static String wholeName(String regex) {
    if (regex.indexOf('|') >= 0) {
      return ".*(?:" + regex + ").*";
    }
    String head = regex.startsWith("^") ? "" : ".*";
    boolean ended = regex.endsWith("$") && !regex.endsWith("\\$");
    String body = regex.substring(head.isEmpty() ? 1 : 0, regex.length() - (ended ? 1 : 0));
    return head + body + (ended ? "" : ".*");
  }

  private static String quote(String text) {
    return text.replaceAll("([\\\\.\\[\\]{}()*+?^$|])", "\\\\$1");
  }
}
