package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads price files, the product's own readable form: CSV with a header line, one rate a line,
 * {@code #} for a remark. Everything or nothing: the first bad line refuses the file, by its
 * number.
 */
final class PriceFile {

  private PriceFile() {}

  /** An alias of a file with where it comes from. */
  record NewAlias(Alias alias, String source, LocalDate sourceDate, String description) {}

  /** A line that is not as it should be. */
  static final class BadLine extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadLine(int line, String reason) {
      super("line " + line + ": " + reason);
    }
  }

  private interface LineReader<T> {
    T read(Map<String, String> fields);
  }

  /**
   * Reads a file of prices; one without a beginning is in force from the beginning of time.
   *
   * @throws BadLine for the first line that is refused
   */
  static List<NewPrice> prices(Reader file, PriceRules rules) throws IOException {
    return read(file, fields -> rules.check(draft(fields), Instant.MIN));
  }

  /** Reads a file of aliases. */
  static List<NewAlias> aliases(Reader file) throws IOException {
    return read(
        file,
        fields ->
            new NewAlias(
                new Alias(
                    field(fields, "provider"),
                    new ModelMatch(
                        ModelMatch.Kind.parse(field(fields, "match")), field(fields, "name")),
                    field(fields, "model").toLowerCase(Locale.ROOT),
                    EffectiveRange.ALWAYS),
                field(fields, "source"),
                LocalDate.parse(field(fields, "source_date")),
                fields.getOrDefault("description", "")));
  }

  private static <T> List<T> read(Reader file, LineReader<T> reader) throws IOException {
    List<T> read = new ArrayList<>();
    List<String> names = List.of();
    int number = 0;
    BufferedReader lines = new BufferedReader(file);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        List<String> values = split(line);
        if (names.isEmpty()) {
          names = values;
        } else {
          read.add(reader.read(named(names, values)));
        }
      } catch (PriceRefused | IllegalArgumentException | java.time.DateTimeException e) {
        throw new BadLine(number, String.valueOf(e.getMessage()));
      }
    }
    return read;
  }

  private static Map<String, String> named(List<String> names, List<String> values) {
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(
          values.size() + " values for the " + names.size() + " names of the header");
    }
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), values.get(i));
    }
    return fields;
  }

  private static PriceDraft draft(Map<String, String> fields) {
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

  private static String field(Map<String, String> fields, String name) {
    @Nullable String value = fields.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is required");
    }
    return value;
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
