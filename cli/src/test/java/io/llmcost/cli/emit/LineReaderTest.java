package io.llmcost.cli.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void linesAreCutAtLineFeedsOnly() throws IOException {
    assertThat(lines("a\nb\r\n\nc", 100)).containsExactly("a", "b\r", "", "c");
    assertThat(lines("a\n", 100)).containsExactly("a");
    assertThat(lines("", 100)).isEmpty();
  }

  @Test
  void longLineIsCutOffAndItsLengthKnown() throws IOException {
    String longLine = "x".repeat(200_000);
    LineReader reader = reader(longLine + "\nnext", 64);

    assertThat(reader.next()).isTrue();
    assertThat(reader.line()).hasSize(64);
    assertThat(reader.length()).isEqualTo(200_000);
    assertThat(reader.next()).isTrue();
    assertThat(reader.line()).isEqualTo("next".getBytes(StandardCharsets.UTF_8));
    assertThat(reader.next()).isFalse();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void linesOverBufferBoundsAreWhole() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      expected.add("line " + i + " " + "y".repeat(i % 97));
    }
    assertThat(lines(String.join("\n", expected) + "\n", 1000)).isEqualTo(expected);
  }

  private static List<String> lines(String text, int limit) throws IOException {
    LineReader reader = reader(text, limit);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(new String(reader.line(), StandardCharsets.UTF_8));
    }
    return lines;
  }

  private static LineReader reader(String text, int limit) {
    return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), limit);
  }
}
