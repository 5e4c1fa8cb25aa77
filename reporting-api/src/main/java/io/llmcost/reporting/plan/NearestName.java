package io.llmcost.reporting.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a misspelt one most likely meant. */
final class NearestName {

  private NearestName() {}

  /** Returns the nearest of {@code known} within a third of the word's length of edits. */
  static Optional<String> of(String word, Collection<String> known) {
    if (word.length() > 64) {
      return Optional.empty();
    }
    String wanted = word.toLowerCase(Locale.ROOT);
    int most = Math.max(2, wanted.length() / 3);
    return known.stream()
        .map(name -> new Candidate(name, edits(wanted, name.toLowerCase(Locale.ROOT))))
        .filter(candidate -> candidate.edits <= most)
        .min(Comparator.comparingInt(Candidate::edits))
        .map(Candidate::name);
  }

  private record Candidate(String name, int edits) {}

  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
