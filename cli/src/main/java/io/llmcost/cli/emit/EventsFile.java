package io.llmcost.cli.emit;

import io.llmcost.client.event.EventJson;
import io.llmcost.schemas.EventRules.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * One event of {@code POST /v1/events} a line. An event without an event_id gets one from its
 * line's number and bytes, so that emitting the file again changes nothing.
 */
final class EventsFile implements EventSource {
  /** The longest event that the intake takes too. */
  private static final int MAX_LINE_BYTES = 65_536;

  private final Path file;
  private final EventJson json;
  private final Clock clock;

  EventsFile(Path file, EventJson json, Clock clock) {
    this.file = file;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public void read(Consumer<Line> lines) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      LineReader reader = new LineReader(in, MAX_LINE_BYTES);
      for (long number = 1; reader.next(); number++) {
        handOn(lines, number, reader.line(), reader.length());
      }
    }
  }

  private void handOn(Consumer<Line> lines, long number, byte[] bytes, long length) {
    if (length > MAX_LINE_BYTES) {
      lines.accept(
          new Line.Refused(
              number, "event", "is %d bytes; at most %d".formatted(length, MAX_LINE_BYTES)));
    } else if (!blank(bytes)) {
      lines.accept(line(number, bytes));
    }
  }

  private Line line(long number, byte[] bytes) {
    return switch (json.readEvent(bytes, identity(number, bytes), clock.instant())) {
      case EventJson.Accepted accepted -> new Line.Event(number, accepted.event());
      case EventJson.Refused refused -> {
        Violation first = refused.violations().get(0);
        yield new Line.Refused(number, first.field(), first.reason());
      }
    };
  }

  private static String identity(long number, byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16) + "/" + number;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean blank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
