package io.llmcost.cli.emit;

import java.util.Arrays;
import java.util.UUID;

/** Which event ids were sent, eight bytes each, to tell own dead letters from others'. */
final class SentKeys {
  private long[] keys = new long[1024];
  private int size;
  private boolean sorted;

  synchronized void add(String eventId) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size + (size >> 1));
    }
    keys[size++] = fold(eventId);
    sorted = false;
  }

  synchronized boolean contains(String eventId) {
    if (!sorted) {
      Arrays.sort(keys, 0, size);
      sorted = true;
    }
    return Arrays.binarySearch(keys, 0, size, fold(eventId)) >= 0;
  }

  /** The id's low half: 62 random or hashed bits. */
  private static long fold(String eventId) {
    try {
      return UUID.fromString(eventId).getLeastSignificantBits();
    } catch (IllegalArgumentException notOurs) {
      return 0;
    }
  }
}
