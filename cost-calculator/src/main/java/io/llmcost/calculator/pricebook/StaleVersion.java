package io.llmcost.calculator.pricebook;

import org.jspecify.annotations.Nullable;

/** The caller decided on another version of the book than the stored one: nothing is changed. */
final class StaleVersion extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "\"price-book-";

  private StaleVersion(String message) {
    super(message);
  }

  /** Returns the entity tag of {@code version}. */
  static String etag(long version) {
    return PREFIX + version + "\"";
  }

  /**
   * Compares an {@code If-Match} header with the stored version.
   *
   * @param ifMatch null or {@code *} where the caller does not mind
   * @throws StaleVersion if it names others only
   */
  static void check(@Nullable String ifMatch, long stored) {
    if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
      return;
    }
    for (String tag : ifMatch.split(",", -1)) {
      if (tag.strip().equals(etag(stored))) {
        return;
      }
    }
    throw new StaleVersion(
        "the price book is at %s, not at %s: read what you decided on again and send its ETag"
            .formatted(etag(stored), ifMatch));
  }
}
