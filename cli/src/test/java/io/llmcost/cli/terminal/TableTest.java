package io.llmcost.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    String table =
        new Table()
            .text("model")
            .number("cost USD")
            .row("gpt-4o-mini", "0.25")
            .row("gpt-5", "1,024.50")
            .total("total", "1,024.75")
            .render();

    assertThat(table)
        .isEqualTo(
            """
            model        cost USD
            ---------------------
            gpt-4o-mini      0.25
            gpt-5        1,024.50
            ---------------------
            total        1,024.75
            """);
  }

  @Test
  void namesFromOutsideCannotSteerTheTerminal() {
    assertThat(new Table().text("project").row("a\u001b[31m\nb").render())
        .isEqualTo("project\n--------\na?[31m?b\n");
  }
}
