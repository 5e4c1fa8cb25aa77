package io.llmcost.cli.deadletter;

import static io.llmcost.cli.deadletter.Output.cell;

import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** How many dead letters there are, of what kind and age. */
@Command(
    name = "inventory",
    sortOptions = false,
    description = "How many there are, by topic, cause and state, and how old.")
final class InventoryCommand implements Runnable {
  @Mixin private Output output = new Output();
  @Mixin private LetterFilters filters = new LetterFilters();

  @Override
  public void run() {
    JsonNode answer = output.reader().get(DeadLettersCommand.PATH + "/inventory", filters.query());
    if (output.isJson()) {
      output.json(answer);
      return;
    }
    if (answer.path("data").isEmpty()) {
      output.text("no dead letters\n");
      return;
    }
    Table table = new Table().text("topic").text("cause").text("state").number("count");
    table.number("bytes").text("oldest").text("newest");
    for (JsonNode row : answer.path("data")) {
      table.row(
          cell(row, "topic"),
          cell(row, "cause"),
          cell(row, "state"),
          Figures.count(row.path("count").asLong(0)),
          Figures.count(row.path("bytes").asLong(0)),
          cell(row, "oldest"),
          cell(row, "newest"));
    }
    table.total(
        "total",
        "",
        "",
        Figures.count(answer.path("count").asLong(0)),
        Figures.count(answer.path("bytes").asLong(0)),
        "",
        "");
    output.text(table.render());
  }
}
