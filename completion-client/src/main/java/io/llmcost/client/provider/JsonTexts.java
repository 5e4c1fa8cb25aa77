package io.llmcost.client.provider;

/**
 * Splits JSON texts that follow one another (lines of them, or the elements of one array) into
 * those texts, cut anywhere, keeping none of it. Texts that are no object or array are passed over.
 */
final class JsonTexts {
  private final SseReader.Events events;
  private boolean begun;
  private boolean inArray;
  private boolean inString;
  private boolean escaped;
  private int depth;

  JsonTexts(SseReader.Events events) {
    this.events = events;
  }

  void accept(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (inString) {
        string(b);
      } else if (depth == 0) {
        start = i;
        outside(b);
      } else if (inside(b)) {
        events.data(bytes, start, i + 1);
        events.endOfEvent();
      }
    }
    if (depth > 0) {
      events.data(bytes, start, to);
    }
  }

  private void string(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      inString = false;
    }
  }

  private void outside(byte b) {
    if (b == '[' && !begun && !inArray) {
      inArray = true;
    } else if (b == '{' || b == '[') {
      begun = true;
      depth = 1;
    }
  }

  /** Takes a byte of a text, and returns whether the text ends with it. */
  private boolean inside(byte b) {
    switch (b) {
      case '"' -> inString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {}
    }
    return depth == 0;
  }
}
