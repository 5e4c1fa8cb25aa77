package io.llmcost.client.event;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what a misspelt name was meant to be. */
final class Names {
  private static final int MAX_LENGTH = 64;

  private Names() {}

  /** Returns the known name nearest to {@code name}, or null where none is near. */
  static @Nullable String nearest(String name, Collection<String> known) {
    if (name.length() > MAX_LENGTH) {
      return null;
    }
    String best = null;
    int least = Math.max(2, name.length() / 3) + 1;
    for (String candidate : known) {
      // A word left out, as in user for user_id, is nearer than any other word.
      int distance = candidate.startsWith(name + "_") ? 1 : distance(name, candidate);
      if (distance < least
          || (distance == least && best != null && candidate.compareTo(best) < 0)) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  // Levenshtein's: least number of characters put in, left out or changed.
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + change);
      }
      above = row;
    }
    return above[b.length()];
  }
}
