package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;

/**
 * Finds the wanted members of a JSON text that comes in pieces cut anywhere, and keeps nothing
 * else.
 *
 * <p>Jackson's non-blocking parser keeps every string whole until its end; a provider's answer is
 * mostly one string of text, or of megabytes of Base64. This passes over what nobody wants at one
 * look per byte, and leaves the wanted parts to Jackson. What is no JSON makes it {@link #isBroken}
 * and find nothing more; what it passes over is not checked. It throws at nothing.
 */
final class JsonScanner {
  private static final int MAX_NAME_BYTES = 128;

  /** No path is deeper. */
  private static final int MAX_WALK_DEPTH = 12;

  private enum State {
    START,
    VALUE,
    FIRST_ELEMENT,
    FIRST_NAME,
    NEXT_NAME,
    NAME,
    COLON,
    AFTER,
    STRING,
    LITERAL,
    SKIP,
    SKIP_STRING,
    COMPLETE,
    BROKEN
  }

  private final JsonPaths paths;
  private final JsonDocument document;
  private final Frame[] frames = new Frame[MAX_WALK_DEPTH];
  private final byte[] name = new byte[MAX_NAME_BYTES];

  private State state = State.START;
  private int depth;
  private int skipDepth;
  private int nameLength;
  private boolean nameEscaped;
  private boolean escaped;
  private JsonPaths.@Nullable Node next;
  private int capture = -1;

  JsonScanner(JsonPaths paths, JsonDocument document) {
    this.paths = paths;
    this.document = document;
    next = paths.root();
  }

  /** An object or array that may hold something wanted. */
  private static final class Frame {
    JsonPaths.@Nullable Node node;
    boolean array;
    int index;
  }

  /** Starts on a new text. */
  void reset() {
    state = State.START;
    depth = 0;
    capture = -1;
    escaped = false;
    next = paths.root();
    document.clear();
  }

  /** Returns whether one whole value was read. */
  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** Returns whether the text is no JSON. */
  boolean isBroken() {
    return state == State.BROKEN;
  }

  void accept(byte[] bytes, int from, int to) {
    int kept = from;
    int i = from;
    while (i < to) {
      boolean wasCapturing = capture >= 0;
      i =
          switch (state) {
            case STRING, SKIP_STRING -> string(bytes, i, to);
            case SKIP -> skip(bytes, i, to);
            case LITERAL -> literal(bytes, i, to);
            case NAME -> name(bytes, i, to);
            case COMPLETE, BROKEN -> to;
            case START, VALUE, FIRST_ELEMENT, FIRST_NAME, NEXT_NAME, COLON, AFTER ->
                structure(bytes, i);
          };
      if (!wasCapturing && capture >= 0) {
        kept = i - 1;
      } else if (wasCapturing && valueEnded()) {
        document.append(bytes, kept, i);
        finishCapture();
      }
    }
    if (capture >= 0) {
      document.append(bytes, kept, to);
    }
  }

  private boolean valueEnded() {
    return state == State.AFTER || state == State.COMPLETE;
  }

  private void finishCapture() {
    document.end(capture, elementIndex());
    capture = -1;
  }

  private int elementIndex() {
    for (int d = depth - 1; d >= 0; d--) {
      if (frames[d].array) {
        return frames[d].index;
      }
    }
    return 0;
  }

  private int structure(byte[] bytes, int i) {
    byte b = bytes[i];
    if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      return i + 1;
    }
    switch (state) {
      case START -> {
        if (!isByteOrderMark(b)) {
          value(b);
        }
      }
      case VALUE -> value(b);
      case FIRST_ELEMENT -> {
        if (b == ']') {
          pop();
        } else {
          value(b);
        }
      }
      case FIRST_NAME, NEXT_NAME -> beforeName(b);
      case COLON -> state = b == ':' ? State.VALUE : State.BROKEN;
      case AFTER -> after(b);
      default -> throw new IllegalStateException(state.name());
    }
    return i + 1;
  }

  private static boolean isByteOrderMark(byte b) {
    return b == (byte) 0xef || b == (byte) 0xbb || b == (byte) 0xbf;
  }

  private void beforeName(byte b) {
    if (b == '"') {
      nameLength = 0;
      nameEscaped = false;
      state = State.NAME;
    } else if (b == '}' && state == State.FIRST_NAME) {
      pop();
    } else {
      state = State.BROKEN;
    }
  }

  private void after(byte b) {
    Frame frame = frames[depth - 1];
    if (b == ',') {
      if (frame.array) {
        frame.index++;
        next = frame.node == null ? null : frame.node.element();
        state = State.VALUE;
      } else {
        state = State.NEXT_NAME;
      }
    } else if (b == (frame.array ? ']' : '}')) {
      pop();
    } else {
      state = State.BROKEN;
    }
  }

  private void value(byte b) {
    JsonPaths.Node node = next;
    if (node != null && node.capture() >= 0) {
      capture = node.capture();
      document.begin();
    }
    switch (b) {
      case '"' -> state = State.STRING;
      case '{', '[' -> container(b == '[', node);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n' ->
          state = State.LITERAL;
      default -> {
        capture = -1;
        state = State.BROKEN;
      }
    }
  }

  private void container(boolean array, JsonPaths.@Nullable Node node) {
    boolean leads = node != null && (array ? node.element() != null : node.hasMembers());
    if (capture >= 0 || !leads || depth == MAX_WALK_DEPTH) {
      skipDepth = 1;
      state = State.SKIP;
      return;
    }
    if (frames[depth] == null) {
      frames[depth] = new Frame();
    }
    Frame frame = frames[depth++];
    frame.node = node;
    frame.array = array;
    frame.index = 0;
    next = array && node != null ? node.element() : null;
    state = array ? State.FIRST_ELEMENT : State.FIRST_NAME;
  }

  private void pop() {
    depth--;
    endOfValue();
  }

  private void endOfValue() {
    state = depth == 0 ? State.COMPLETE : State.AFTER;
  }

  private int string(byte[] bytes, int from, int to) {
    int i = from;
    if (escaped) {
      escaped = false;
      i++;
    }
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        if (state == State.STRING) {
          endOfValue();
        } else {
          state = State.SKIP;
        }
        return i + 1;
      }
      if (b == '\\' && ++i == to) {
        escaped = true;
        return to;
      }
    }
    return to;
  }

  private int skip(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      switch (bytes[i]) {
        case '"' -> {
          state = State.SKIP_STRING;
          return i + 1;
        }
        case '{', '[' -> skipDepth++;
        case '}', ']' -> {
          if (--skipDepth == 0) {
            endOfValue();
            return i + 1;
          }
        }
        default -> {}
      }
    }
    return to;
  }

  // Ends at a byte that is not its own, and leaves that to be read again.
  private int literal(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      switch (bytes[i]) {
        case ',', '}', ']', ' ', '\n', '\r', '\t' -> {
          endOfValue();
          return i;
        }
        default -> {}
      }
    }
    return to;
  }

  private int name(byte[] bytes, int from, int to) {
    int i = from;
    for (; i < to; i++) {
      byte b = bytes[i];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
        nameEscaped = true;
      } else if (b == '"') {
        next = member();
        state = State.COLON;
        return i + 1;
      }
      if (nameLength < MAX_NAME_BYTES) {
        name[nameLength] = b;
      }
      nameLength++;
    }
    return i;
  }

  // No provider escapes the names of its own API; one that is escaped is none that we want.
  private JsonPaths.@Nullable Node member() {
    JsonPaths.Node node = frames[depth - 1].node;
    return node == null || nameEscaped || nameLength > MAX_NAME_BYTES
        ? null
        : node.member(name, nameLength);
  }
}
