package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The queue of models that have no price of their own, or odd costs, and what to do about each. */
@Command(
    name = "unpriced",
    sortOptions = false,
    description = {
      "Models seen without a price, with a fallback, or with odd costs.",
      "An entry ends when a price covers it from its first request to its last, or by 'dismiss'."
    })
final class UnpricedCommand implements Runnable {
  private static final String PATH = "/v1/prices/unpriced";
  private static final String MOST = "1000";

  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(
      names = "--state",
      paramLabel = "S",
      defaultValue = "open",
      description = "open, resolved, dismissed or all (default: open).")
  private String state = "open";

  @Option(
      names = "--concern",
      paramLabel = "C",
      description = "Only unpriced, fallback, no_usage, outlier or reported_cost.")
  private @Nullable String concern;

  @Option(names = "--provider", paramLabel = "P", description = "Only of this provider.")
  private @Nullable String provider;

  @Option(names = "--model", paramLabel = "M", description = "Only of this model.")
  private @Nullable String model;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    List<JsonNode> entries = read(endpoints.client(Service.CALCULATOR, "reader"));
    PrintWriter out = spec.commandLine().getOut();
    if (entries.isEmpty()) {
      out.println("nothing waits");
    } else {
      out.print(table(entries));
      entries.stream()
          .filter(entry -> entry.path("state").asString("").equals("open"))
          .filter(entry -> entry.path("reprice").isObject())
          .findFirst()
          .ifPresent(entry -> out.print(hint(entry)));
    }
    out.flush();
  }

  private List<JsonNode> read(ServiceClient calculator) {
    List<JsonNode> entries = new ArrayList<>();
    String page = null;
    do {
      JsonNode answer =
          calculator.get(
              PATH,
              new Query()
                  .add("state", state)
                  .add("concern", concern)
                  .add("provider", provider)
                  .add("model", model)
                  .add("limit", MOST)
                  .add("page", page));
      answer.path("data").forEach(entries::add);
      String next =
          answer.path("has_more").asBoolean(false) ? answer.path("next_page").asString("") : null;
      if (next != null && (next.isEmpty() || next.equals(page))) {
        throw new CommandFailure("cost-calculator says that there is more, and not where");
      }
      page = next;
    } while (page != null);
    return entries;
  }

  private static String table(List<JsonNode> entries) {
    Table table = new Table().text("provider").text("model").text("concern").text("state");
    table.number("requests").number("tokens").number("charged").number("reported");
    table.text("meters").text("first seen").text("last seen");
    for (JsonNode entry : entries) {
      List<String> meters = new ArrayList<>();
      entry.path("meters").forEach(meter -> meters.add(meter.asString("")));
      table.row(
          entry.path("provider").asString(""),
          entry.path("model").asString(""),
          entry.path("concern").asString(""),
          entry.path("state").asString(""),
          Figures.count(entry.path("requests").asLong(0)),
          Figures.count(entry.path("tokens").asLong(0)),
          entry.path("amount").asString("") + " " + entry.path("currency").asString(""),
          entry.path("reported_amount").asString(""),
          String.join(" ", meters),
          entry.path("first_seen").asString(""),
          entry.path("last_seen").asString(""));
    }
    return table.render();
  }

  private static String hint(JsonNode entry) {
    String which =
        "--provider %s --model %s"
            .formatted(entry.path("provider").asString(""), entry.path("model").asString(""));
    String from = entry.path("reprice").path("from").asString("");
    String to = entry.path("reprice").path("to").asString("");
    return """

    A price from before the first request ends an entry; what was recorded is put right by a repricing:
      ./llmcost prices set %s --meter %s --unit-price AMOUNT --effective-from %s
      ./llmcost prices reprice %s --from %s --to %s --dry-run
    """
        .formatted(which, entry.path("meters").path(0).asString("input"), from, which, from, to);
  }
}
