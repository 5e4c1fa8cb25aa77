package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Who changed the price book, when and how; of one price, every row that it ever had. */
@Command(
    name = "history",
    sortOptions = false,
    description = {
      "The latest changes of the price book, and who made them.",
      "With the id of a price: every row that it ever had, oldest first."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./llmcost prices history", "  ./llmcost prices history 4711"})
final class HistoryCommand implements Runnable {
  @Mixin private Endpoints endpoints = new Endpoints();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "A price, by its id in 'prices list' or in a request's line items.")
  private @Nullable Long id;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many changes, 1 to 1000 (default: 20).")
  private int limit = 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    ServiceClient calculator = endpoints.client(Service.CALCULATOR, "reader");
    PrintWriter out = spec.commandLine().getOut();
    out.print(id == null ? changes(calculator) : rows(calculator, id));
    out.flush();
  }

  private String changes(ServiceClient calculator) {
    Table table = new Table().number("version").text("at").text("who").text("what").text("how");
    calculator
        .get("/v1/prices/changes", new Query().add("limit", Integer.toString(limit)))
        .path("data")
        .forEach(
            change ->
                table.row(
                    Long.toString(change.path("version").asLong()),
                    change.path("changed_at").asString(""),
                    change.path("actor").asString(""),
                    change.path("action").asString(""),
                    change.path("comment").asString("")));
    return table.render();
  }

  private static String rows(ServiceClient calculator, long id) {
    JsonNode answer = calculator.get("/v1/prices/" + id, new Query());
    JsonNode price = answer.path("price");
    Table table = new Table().number("id").number("price").number("for").text("from").text("to");
    table.text("set").text("by").text("superseded").text("by");
    for (JsonNode row : answer.path("history")) {
      JsonNode terms = row.path("price");
      table.row(
          terms.path("id").asString(""),
          terms.path("active").asBoolean(true) ? terms.path("unit_price").asString("") : "none",
          Figures.count(terms.path("unit").asLong(1)),
          terms.path("effective_from").asString("beginning"),
          terms.path("effective_to").asString("open"),
          row.path("created").path("changed_at").asString(""),
          row.path("created").path("actor").asString(""),
          row.path("superseded").path("changed_at").asString("stands"),
          row.path("superseded").path("actor").asString(""));
    }
    return "%s %s %s, tier %s, region %s, above %s tokens, hours %s%n%n%s"
        .formatted(
            price.path("provider").asString(""),
            price.path("model").asString(""),
            price.path("meter").asString(""),
            price.path("service_tier").asString("*"),
            price.path("region").asString("*"),
            Figures.count(price.path("context_above").asLong(0)),
            price.path("time_window").asString("*"),
            table.render());
  }
}
