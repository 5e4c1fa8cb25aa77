package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer of Bedrock: JSON, or a binary event-stream of JSON. The first byte tells which: a
 * stream begins with the length of its first message, which is below 16 MiB.
 */
final class BedrockAnswer implements AnswerReader {

  /** A tally that hears of failures within a stream, too. */
  interface Tally extends AnswerTally {
    void failed(String exceptionType);
  }

  private final Tally tally;
  private final TextAnswer text;
  private final EventStreamReader stream;
  private boolean begun;
  private boolean binary;

  private BedrockAnswer(JsonPaths paths, Tally tally, EventStreamReader.Messages messages) {
    this.tally = tally;
    this.text = new TextAnswer(paths, tally);
    this.stream = new EventStreamReader(messages);
  }

  /** Reads a stream whose messages are the events themselves. */
  static BedrockAnswer plain(JsonPaths paths, Tally tally) {
    return new BedrockAnswer(paths, tally, new Plain(paths, tally));
  }

  /**
   * Reads a stream whose messages carry the model's own events as {@code {"bytes": "<Base64>"}}.
   */
  static BedrockAnswer wrapped(JsonPaths paths, Tally tally) {
    return new BedrockAnswer(paths, tally, new Wrapped(paths, tally));
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) {
    if (!begun && length > 0) {
      begun = true;
      binary = bytes[offset] == 0;
    }
    if (binary) {
      stream.accept(bytes, offset, offset + length);
    } else {
      text.accept(bytes, offset, length);
    }
  }

  @Override
  public boolean isFinished() {
    return binary ? tally.isFinished() : text.isFinished();
  }

  @Override
  public @Nullable String providerId() {
    return tally.providerId();
  }

  @Override
  public @Nullable Instant createdAt() {
    return tally.createdAt();
  }

  @Override
  public Completion end() {
    return binary ? tally.end(true, false) : text.end();
  }

  private static final class Plain implements EventStreamReader.Messages {
    private final Tally tally;
    private final JsonDocument document;
    private final JsonScanner scanner;

    Plain(JsonPaths paths, Tally tally) {
      this.tally = tally;
      this.document = new JsonDocument(paths);
      this.scanner = new JsonScanner(paths, document);
    }

    @Override
    public void payload(byte[] bytes, int from, int to) {
      scanner.accept(bytes, from, to);
    }

    @Override
    public void endOfMessage(@Nullable String exception) {
      if (exception != null) {
        tally.failed(exception);
      } else if (scanner.isComplete()) {
        tally.document(document, true);
      }
      scanner.reset();
    }
  }

  private static final class Wrapped implements EventStreamReader.Messages {
    private static final JsonPaths WRAPPER = JsonPaths.of("bytes");

    private final JsonDocument wrapper = new JsonDocument(WRAPPER);
    private final JsonScanner outer = new JsonScanner(WRAPPER, wrapper);
    private final Plain inner;

    Wrapped(JsonPaths paths, Tally tally) {
      this.inner = new Plain(paths, tally);
    }

    @Override
    public void payload(byte[] bytes, int from, int to) {
      outer.accept(bytes, from, to);
    }

    @Override
    public void endOfMessage(@Nullable String exception) {
      String encoded = outer.isComplete() ? wrapper.text(0) : null;
      if (encoded != null) {
        byte[] event = decoded(encoded);
        inner.payload(event, 0, event.length);
      }
      inner.endOfMessage(exception);
      outer.reset();
    }

    private static byte[] decoded(String encoded) {
      try {
        return Base64.getDecoder().decode(encoded.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IllegalArgumentException e) {
        return new byte[0];
      }
    }
  }
}
