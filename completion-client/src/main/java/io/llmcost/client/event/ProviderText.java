package io.llmcost.client.event;

import io.llmcost.schemas.EventRules;
import org.jspecify.annotations.Nullable;

/** Makes a provider's text fit an event, since an answer must not be lost for an odd character. */
final class ProviderText {
  private static final char REPLACEMENT = '\ufffd';

  private ProviderText() {}

  /** Returns {@code text} as a name: null where it is blank. */
  static @Nullable String name(@Nullable String text) {
    return text == null || text.isBlank() ? null : fit(text, EventRules.MAX_NAME_LENGTH);
  }

  /** Returns {@code text} cut to {@code maxLength}, without NUL and lone surrogates. */
  static String fit(String text, int maxLength) {
    String cut = text.length() <= maxLength ? text : text.substring(0, maxLength);
    for (int i = 0; i < cut.length(); i++) {
      if (isRefused(cut, i)) {
        return cleaned(cut);
      }
    }
    return cut;
  }

  private static String cleaned(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append(isRefused(text, i) ? REPLACEMENT : text.charAt(i));
    }
    return out.toString();
  }

  private static boolean isRefused(String text, int i) {
    char c = text.charAt(i);
    if (c == 0) {
      return true;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
