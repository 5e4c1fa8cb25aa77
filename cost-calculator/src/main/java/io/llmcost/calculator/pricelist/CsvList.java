package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.PriceList.Remark;
import io.llmcost.calculator.pricelist.PriceList.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the product's own form: CSV with a header line, one rate or one alias a line, {@code #} for
 * a remark. A header with {@code name} is of aliases.
 */
final class CsvList {

  private static final Set<String> PRICE_FIELDS =
      Set.of(
          "provider",
          "match",
          "model",
          "meter",
          "unit_price",
          "unit",
          "currency",
          "service_tier",
          "region",
          "context_above",
          "time_window",
          "effective_from",
          "effective_to",
          "source",
          "source_date",
          "description");
  private static final Set<String> ALIAS_FIELDS =
      Set.of("provider", "match", "name", "model", "source", "source_date", "description");

  private final List<Row<PriceDraft>> prices = new ArrayList<>();
  private final List<Row<AliasDraft>> aliases = new ArrayList<>();
  private final List<Remark> refused = new ArrayList<>();
  private @Nullable List<String> header;

  private CsvList() {}

  static PriceList read(String text) {
    CsvList list = new CsvList();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        list.line(number, line);
      }
    }
    if (list.header == null) {
      throw new UnreadableListException("file", "has no header line");
    }
    return new PriceList(ListFormat.CSV, list.prices, list.aliases, list.refused, List.of());
  }

  private void line(int number, String line) {
    String row = "line " + number;
    List<String> values;
    try {
      values = split(line);
    } catch (IllegalArgumentException e) {
      refused.add(new Remark(row, String.valueOf(e.getMessage())));
      return;
    }
    List<String> names = header;
    if (names == null) {
      header = header(values);
    } else if (names.size() != values.size()) {
      refused.add(
          new Remark(
              row,
              "%d values for the %d names of the header".formatted(values.size(), names.size())));
    } else {
      take(row, names, values);
    }
  }

  private static List<String> header(List<String> names) {
    Set<String> known = names.contains("name") ? ALIAS_FIELDS : PRICE_FIELDS;
    for (String name : names) {
      if (!known.contains(name)) {
        throw new UnreadableListException(
            "file", "'" + name + "' in the header is none of " + known.stream().sorted().toList());
      }
    }
    if (Set.copyOf(names).size() != names.size()) {
      throw new UnreadableListException("file", "the header has a name twice");
    }
    return names;
  }

  private void take(String row, List<String> names, List<String> values) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), values.get(i));
    }
    if (names.contains("name")) {
      aliases.add(new Row<>(row, alias(fields)));
    } else {
      prices.add(new Row<>(row, price(fields)));
    }
  }

  private static PriceDraft price(Map<String, String> fields) {
    return new PriceDraft(
        fields.get("provider"),
        fields.get("match"),
        fields.get("model"),
        fields.get("meter"),
        fields.get("unit_price"),
        fields.get("unit"),
        fields.get("currency"),
        fields.get("service_tier"),
        fields.get("region"),
        fields.get("context_above"),
        fields.get("time_window"),
        fields.get("effective_from"),
        fields.get("effective_to"),
        fields.get("source"),
        fields.get("source_date"),
        fields.get("description"));
  }

  private static AliasDraft alias(Map<String, String> fields) {
    return new AliasDraft(
        fields.getOrDefault("provider", ""),
        fields.getOrDefault("match", ""),
        fields.getOrDefault("name", ""),
        fields.getOrDefault("model", ""),
        fields.getOrDefault("source", ""),
        fields.getOrDefault("source_date", ""),
        fields.getOrDefault("description", ""));
  }

  // RFC 4180 without line breaks inside of quotes.
  private static List<String> split(String line) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    values.add(value.toString());
    return values;
  }
}
