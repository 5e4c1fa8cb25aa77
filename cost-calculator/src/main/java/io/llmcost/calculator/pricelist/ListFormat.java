package io.llmcost.calculator.pricelist;

import java.util.Locale;

/** The forms of price lists that can be read. */
public enum ListFormat {
  /** The product's own: one rate a line, or one alias a line. */
  CSV,
  /** LiteLLM's {@code model_prices_and_context_window.json}: an object by model. */
  LITELLM,
  /** genai-prices' {@code data.json}: an array of providers. */
  GENAI_PRICES;

  /** Returns the name of this form in files, queries and the audit. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws UnreadableListException for anything else
   */
  public static ListFormat parse(String text) {
    for (ListFormat format : values()) {
      if (format.text().equals(text)) {
        return format;
      }
    }
    throw new UnreadableListException(
        "format", "'" + text + "' is none of csv, litellm, genai-prices");
  }

  /** Tells by the first character: JSON arrays and objects begin alike, CSV like neither. */
  static ListFormat detect(String text) {
    String head = text.stripLeading();
    return head.startsWith("[") ? GENAI_PRICES : head.startsWith("{") ? LITELLM : CSV;
  }
}
