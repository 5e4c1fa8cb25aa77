package io.llmcost.client.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer that is JSON, or an event-stream of JSON. Which of the two, its first byte tells:
 * content types lie, and errors of streamed calls come as JSON.
 */
final class TextAnswer implements AnswerReader {
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private enum Form {
    UNKNOWN,
    JSON,
    STREAM,
    /** One JSON text after the other, in an array or without: streams of some APIs. */
    TEXTS
  }

  private final AnswerTally tally;
  private final JsonDocument document;
  private final JsonScanner scanner;
  private final SseReader stream = new SseReader(new Stream());
  private final JsonTexts texts = new JsonTexts(new Stream());
  private final boolean manyTexts;
  private Form form = Form.UNKNOWN;

  TextAnswer(JsonPaths paths, AnswerTally tally) {
    this(paths, tally, false);
  }

  /**
   * Reads for {@code tally}.
   *
   * @param manyTexts whether objects may follow one another without more ado, each then taken as an
   *     event of a stream; those of an array always are
   */
  TextAnswer(JsonPaths paths, AnswerTally tally, boolean manyTexts) {
    this.tally = tally;
    this.manyTexts = manyTexts;
    document = new JsonDocument(paths);
    scanner = new JsonScanner(paths, document);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) {
    int from = offset;
    int to = offset + length;
    if (form == Form.UNKNOWN) {
      while (from < to && isBlank(bytes[from])) {
        from++;
      }
      if (from == to) {
        return;
      }
      form = formOf(bytes[from]);
    }
    switch (form) {
      case JSON -> scanner.accept(bytes, from, to);
      case TEXTS -> texts.accept(bytes, from, to);
      case STREAM, UNKNOWN -> stream.accept(bytes, from, to);
    }
  }

  private Form formOf(byte first) {
    return switch (first) {
      case '{' -> manyTexts ? Form.TEXTS : Form.JSON;
      case '[' -> Form.TEXTS;
      default -> Form.STREAM;
    };
  }

  @Override
  public boolean isFinished() {
    return form != Form.JSON && tally.isFinished();
  }

  @Override
  public @Nullable String providerId() {
    lookAhead();
    return tally.providerId();
  }

  @Override
  public @Nullable Instant createdAt() {
    lookAhead();
    return tally.createdAt();
  }

  @Override
  public Completion end() {
    lookAhead();
    stream.end();
    return tally.end(form != Form.JSON && form != Form.UNKNOWN, scanner.isComplete());
  }

  private void lookAhead() {
    if (form == Form.JSON) {
      tally.document(document, false);
    }
  }

  // White space, and the three bytes of a byte order mark.
  private static boolean isBlank(byte b) {
    return b == ' '
        || b == '\n'
        || b == '\r'
        || b == '\t'
        || b == (byte) 0xef
        || b == (byte) 0xbb
        || b == (byte) 0xbf;
  }

  private final class Stream implements SseReader.Events {
    private int length;
    private boolean done = true;

    @Override
    public void data(byte[] bytes, int from, int to) {
      for (int i = from; i < to && length <= DONE.length; i++, length++) {
        done = done && length < DONE.length && bytes[i] == DONE[length];
      }
      scanner.accept(bytes, from, to);
    }

    @Override
    public void endOfEvent() {
      if (done && length == DONE.length) {
        tally.done();
      } else if (scanner.isComplete()) {
        tally.document(document, true);
      }
      scanner.reset();
      length = 0;
      done = true;
    }
  }
}
