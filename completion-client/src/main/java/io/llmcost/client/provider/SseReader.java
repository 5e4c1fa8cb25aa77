package io.llmcost.client.provider;

/**
 * Splits a {@code text/event-stream} into the data of its events, cut anywhere, keeping none of it.
 * Other fields than {@code data}, and comments, are passed over.
 */
final class SseReader {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

  /** Takes what an event-stream holds. */
  interface Events {
    /** A piece of the current event's data; its lines are told apart by a line feed. */
    void data(byte[] bytes, int from, int to);

    /** The end of an event that had data. */
    void endOfEvent();
  }

  private enum State {
    LINE_START,
    FIELD,
    AFTER_COLON,
    DATA,
    OTHER
  }

  private static final byte[] LINE_FEED = {'\n'};

  private final Events events;
  private State state = State.LINE_START;
  private int matched;
  private boolean hasData;
  private boolean afterCarriageReturn;

  SseReader(Events events) {
    this.events = events;
  }

  void accept(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case DATA -> data(bytes, i, to);
            case OTHER -> endOfLine(bytes, i, to);
            case LINE_START, FIELD, AFTER_COLON -> field(bytes, i);
          };
    }
  }

  /** Ends the stream; an event whose closing blank line is missing counts as well. */
  void end() {
    if (hasData) {
      hasData = false;
      events.endOfEvent();
    }
  }

  private int field(byte[] bytes, int i) {
    byte b = bytes[i];
    if (b == '\n' || b == '\r') {
      newLine(b);
      return i + 1;
    }
    afterCarriageReturn = false;
    if (state == State.AFTER_COLON) {
      state = State.DATA;
      if (hasData) {
        events.data(LINE_FEED, 0, 1);
      }
      hasData = true;
      return b == ' ' ? i + 1 : i;
    }
    if (state == State.LINE_START) {
      matched = 0;
    }
    if (b != DATA[matched]) {
      state = State.OTHER;
    } else if (++matched == DATA.length) {
      state = State.AFTER_COLON;
    } else {
      state = State.FIELD;
    }
    return i + 1;
  }

  private int data(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '\n' && bytes[end] != '\r') {
      end++;
    }
    if (end > from) {
      events.data(bytes, from, end);
    }
    return endOfLine(bytes, end, to);
  }

  private int endOfLine(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        newLine(bytes[i]);
        return i + 1;
      }
    }
    return to;
  }

  private void newLine(byte b) {
    boolean secondOfPair = b == '\n' && afterCarriageReturn;
    afterCarriageReturn = b == '\r';
    if (secondOfPair) {
      return;
    }
    if (state == State.LINE_START) {
      end();
    }
    state = State.LINE_START;
  }
}
