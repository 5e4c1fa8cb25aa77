package io.llmcost.calculator.pricing;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which model names a price or an alias covers, letter case aside.
 *
 * @param kind how {@code value} is compared
 * @param value a name, the beginning of names, or a regular expression for whole names; {@code *}
 *     for {@link Kind#DEFAULT}
 */
public record ModelMatch(Kind kind, String value) {

  /** The value that stands for any. */
  public static final String ANY = "*";

  private static final int MAX_LENGTH = 512;

  /** How a match compares names. */
  public enum Kind {
    EXACT,
    PREFIX,
    PATTERN,
    /** Every name that nothing else covers: a price found only here is a fallback. */
    DEFAULT;

    /** Returns the name of this kind in tables, files and JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Kind parse(String text) {
      for (Kind kind : values()) {
        if (kind.text().equals(text)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "'" + text + "' is none of exact, prefix, pattern, default");
    }
  }

  public ModelMatch {
    if (value.isBlank() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a model match has 1 to " + MAX_LENGTH + " characters");
    }
    value = kind == Kind.PATTERN ? value : value.toLowerCase(Locale.ROOT);
    if (kind == Kind.DEFAULT && !value.equals(ANY)) {
      throw new IllegalArgumentException("a default entry matches *, not '" + value + "'");
    }
    if (kind == Kind.PATTERN) {
      compile(value);
    }
  }

  /** Returns the match of everything that nothing else covers. */
  public static ModelMatch byDefault() {
    return new ModelMatch(Kind.DEFAULT, ANY);
  }

  /** Returns the match of one name. */
  public static ModelMatch exactly(String model) {
    return new ModelMatch(Kind.EXACT, model);
  }

  /** Returns how many characters of a name this match fixes: more are more specific. */
  int literals() {
    return switch (kind) {
      case EXACT, PREFIX -> value.length();
      case PATTERN -> literals(value);
      case DEFAULT -> 0;
    };
  }

  /** Returns this match's expression; of a {@link Kind#PATTERN} only. */
  Pattern pattern() {
    return compile(value);
  }

  private static Pattern compile(String value) {
    try {
      return Pattern.compile(value, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + value + "' is no regular expression: " + e.getDescription(), e);
    }
  }

  // Letters, digits and dashes outside of classes, counts and class escapes such as \d.
  private static int literals(String expression) {
    int count = 0;
    int depth = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '\\') {
        i++;
        boolean escaped = i < expression.length() && !Character.isLetter(expression.charAt(i));
        count += escaped && depth == 0 ? 1 : 0;
      } else if (c == '[' || c == '{') {
        depth++;
      } else if (c == ']' || c == '}') {
        depth--;
      } else if (depth == 0 && ".*+?()|^$".indexOf(c) < 0) {
        count++;
      }
    }
    return count;
  }
}
