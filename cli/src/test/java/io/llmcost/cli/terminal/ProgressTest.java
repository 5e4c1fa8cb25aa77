package io.llmcost.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter text = new StringWriter();

  @Test
  void lineIsWipedAtTheEnd() {
    try (Progress progress = new Progress(new PrintWriter(text), true)) {
      progress.show("read: 12");
    }
    assertThat(text).hasToString("\rread: 12\r        \r");
  }

  @Test
  void scriptsSeeNothing() {
    try (Progress progress = new Progress(new PrintWriter(text), false)) {
      progress.show("read: 12");
    }
    assertThat(text.toString()).isEmpty();
  }
}
