package io.llmcost.client.provider;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * Takes out of an OpenAI stream the one chunk that it has because we asked for usage and the caller
 * did not: the event whose {@code choices} is empty and whose {@code usage} is an object. Every
 * other event passes byte for byte, when its end was read; so the {@code "usage":null} that the
 * provider then puts into the other chunks stays: clients read it as absent, and whether a provider
 * would have sent it unasked cannot be known.
 *
 * <p>For one stream, and one thread at a time.
 */
public final class SseUsageChunkFilter {
  /** An event larger than this is no usage chunk, and passes unread. */
  private static final int MAX_EVENT_BYTES = 64 << 10;

  private static final JsonPaths PATHS = JsonPaths.of("choices", "usage");
  private static final int CHOICES = 0;
  private static final int USAGE = 1;

  private final JsonDocument document = new JsonDocument(PATHS);
  private final JsonScanner scanner = new JsonScanner(PATHS, document);
  private final SseReader reader = new SseReader(new Chunk());
  private boolean usageChunk;

  private byte[] held = new byte[1024];
  private int heldLength;
  private boolean passing;
  private boolean lineEmpty = true;
  private boolean lineHadCarriageReturn;

  /** Takes the next bytes of the stream and hands on what may pass by now. */
  public void accept(byte[] bytes, int offset, int length, ByteSink out) {
    int to = offset + length;
    int passFrom = offset;
    int eventFrom = offset;
    for (int i = offset; i < to; i++) {
      if (!endsEvent(bytes[i])) {
        continue;
      }
      if (heldLength > 0) {
        hold(bytes, eventFrom, i + 1);
        if (passing || !isUsageChunk(held, 0, heldLength)) {
          out.write(held, 0, heldLength);
        }
        heldLength = 0;
        passFrom = i + 1;
      } else if (!passing && isUsageChunk(bytes, eventFrom, i + 1)) {
        write(out, bytes, passFrom, eventFrom);
        passFrom = i + 1;
      }
      passing = false;
      eventFrom = i + 1;
    }
    if (passing || to - eventFrom + heldLength > MAX_EVENT_BYTES) {
      passing = true;
      write(out, held, 0, heldLength);
      heldLength = 0;
      eventFrom = to;
    }
    write(out, bytes, passFrom, eventFrom);
    hold(bytes, eventFrom, to);
  }

  /** Hands on what is left at the stream's end. */
  public void end(ByteSink out) {
    if (heldLength > 0 && !isUsageChunk(held, 0, heldLength)) {
      out.write(held, 0, heldLength);
    }
    heldLength = 0;
  }

  // An event ends at a line without a byte; lines end in LF, CR or CR LF.
  private boolean endsEvent(byte b) {
    if (b == '\n') {
      boolean ends = lineEmpty && !lineHadCarriageReturn;
      lineEmpty = true;
      lineHadCarriageReturn = false;
      return ends;
    }
    if (b == '\r') {
      boolean ends = lineEmpty;
      lineEmpty = true;
      lineHadCarriageReturn = true;
      return ends;
    }
    lineEmpty = false;
    lineHadCarriageReturn = false;
    return false;
  }

  private boolean isUsageChunk(byte[] bytes, int from, int to) {
    usageChunk = false;
    reader.accept(bytes, from, to);
    reader.end();
    return usageChunk;
  }

  private void hold(byte[] bytes, int from, int to) {
    int length = to - from;
    if (heldLength + length > held.length) {
      held = Arrays.copyOf(held, Math.max(held.length * 2, heldLength + length));
    }
    System.arraycopy(bytes, from, held, heldLength, length);
    heldLength += length;
  }

  private static void write(ByteSink out, byte[] bytes, int from, int to) {
    if (to > from) {
      out.write(bytes, from, to - from);
    }
  }

  private final class Chunk implements SseReader.Events {
    @Override
    public void data(byte[] bytes, int from, int to) {
      scanner.accept(bytes, from, to);
    }

    @Override
    public void endOfEvent() {
      if (scanner.isComplete() && document.has(USAGE)) {
        JsonNode choices = document.node(CHOICES);
        JsonNode usage = document.node(USAGE);
        usageChunk =
            choices != null
                && choices.isArray()
                && choices.isEmpty()
                && usage != null
                && usage.isObject();
      }
      scanner.reset();
    }
  }
}
