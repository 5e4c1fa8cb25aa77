package io.llmcost.gateway.key;

import java.util.Locale;

/** A model's name in which {@code *} stands for any text, none included. Case does not matter. */
final class ModelGlob {
  private final String pattern;

  ModelGlob(String pattern) {
    this.pattern = pattern.toLowerCase(Locale.ROOT);
  }

  // Linear but for the last star, so that no pattern can make a call slow.
  boolean matches(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    int star = -1;
    int resume = 0;
    int p = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
