package io.llmcost.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows under headings, each column as wide as its widest cell, numbers to the right. */
public final class Table {
  /** Where a column's cells stand. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String heading, Align align) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private @Nullable List<String> total;

  /** Adds a column of text. */
  public Table text(String heading) {
    columns.add(new Column(heading, Align.LEFT));
    return this;
  }

  /** Adds a column of numbers. */
  public Table number(String heading) {
    columns.add(new Column(heading, Align.RIGHT));
    return this;
  }

  /** Adds a row, one cell for each column. */
  public Table row(String... cells) {
    rows.add(cells(cells));
    return this;
  }

  /** Sets the last row, which a rule parts from the others. */
  public Table total(String... cells) {
    total = cells(cells);
    return this;
  }

  /** The table as lines, each ended by a line feed. */
  public String render() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    line(text, widths, columns.stream().map(Column::heading).toList());
    rule(text, widths);
    rows.forEach(row -> line(text, widths, row));
    if (total != null) {
      rule(text, widths);
      line(text, widths, total);
    }
    return text.toString();
  }

  private List<String> cells(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + columns.size() + " columns");
    }
    return Arrays.stream(cells).map(Table::printable).toList();
  }

  /** Names come from outside and must not steer the terminal. */
  private static String printable(String cell) {
    return cell.codePoints().anyMatch(Character::isISOControl)
        ? cell.replaceAll("\\p{Cntrl}", "?")
        : cell;
  }

  private int[] widths() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = length(columns.get(i).heading());
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
      if (total != null) {
        widths[i] = Math.max(widths[i], length(total.get(i)));
      }
    }
    return widths;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private void line(StringBuilder text, int[] widths, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - length(cells.get(i)));
      line.append(i == 0 ? "" : "  ");
      line.append(
          columns.get(i).align() == Align.LEFT ? cells.get(i) + padding : padding + cells.get(i));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static void rule(StringBuilder text, int[] widths) {
    text.append("-".repeat(Arrays.stream(widths).sum() + 2 * (widths.length - 1))).append('\n');
  }
}
