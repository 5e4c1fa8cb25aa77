package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.repricing.RepriceCommand;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The price book from the command line: what holds, what shall hold, what no longer does. */
@Command(
    name = "prices",
    sortOptions = false,
    description =
        "Prices: what holds, what is missing, who changed what, and the past priced anew.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PricesCommand.ListCommand.class,
      SetCommand.class,
      PricesCommand.Deactivate.class,
      ImportCommand.class,
      ExportCommand.class,
      HistoryCommand.class,
      UnpricedCommand.class,
      DismissCommand.class,
      EstimateCommand.class,
      RepriceCommand.class
    })
public final class PricesCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command: list, set, deactivate, import, export, history, unpriced, dismiss,"
            + " estimate or reprice?");
  }

  /** Prices as a table. */
  @Command(name = "list", description = "The prices in force now, or at another time.")
  static final class ListCommand implements Runnable {
    @Mixin private Endpoints endpoints = new Endpoints();

    @Option(names = "--provider", paramLabel = "P", description = "Only of this provider.")
    private @Nullable String provider;

    @Option(
        names = "--model",
        paramLabel = "M",
        description = "Only of this model, by any of its exact names.")
    private @Nullable String model;

    @Option(names = "--meter", paramLabel = "M", description = "Only of this meter, such as input.")
    private @Nullable String meter;

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "In force then: RFC 3339 or a date (default: now).")
    private @Nullable String at;

    @Option(names = "--all", description = "Past and scheduled prices too.")
    private boolean all;

    @Option(names = "--scheduled", description = "Only prices that are yet to begin.")
    private boolean scheduled;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      if (Stream.of(all, scheduled, at != null).filter(given -> given).count() > 1) {
        throw new ParameterException(spec.commandLine(), "give one of --all, --scheduled and --at");
      }
      String when = all || scheduled ? null : at != null ? at : Instant.now().toString();
      List<PriceList.Price> prices =
          PriceList.read(
              endpoints.client(Service.CALCULATOR, "reader"),
              new PriceList.Filter(provider, model, meter, when, scheduled));
      PrintWriter out = spec.commandLine().getOut();
      out.print(table(prices));
      out.println(
          "\n%s %s; a price is for so much of its meter, and * stands for any"
              .formatted(Figures.count(prices.size()), prices.size() == 1 ? "price" : "prices"));
      out.flush();
    }

    static String table(List<PriceList.Price> prices) {
      Table table = new Table().text("provider").text("model").text("meter");
      table.number("price").number("for").text("currency").text("tier").text("region");
      table.number("above tokens").text("hours").text("from").text("to").number("id");
      for (PriceList.Price price : prices) {
        table.row(
            price.provider(),
            model(price),
            price.meter(),
            price.active() ? price.unitPrice().toPlainString() : "none",
            Figures.count(price.unit()),
            price.currency(),
            price.serviceTier(),
            price.region(),
            Figures.count(price.contextAbove()),
            price.timeWindow(),
            price.effectiveFrom() != null ? price.effectiveFrom() : "beginning",
            price.effectiveTo() != null ? price.effectiveTo() : "open",
            price.id());
      }
      return table.render();
    }

    private static String model(PriceList.Price price) {
      return switch (price.match()) {
        case "exact" -> price.model();
        case "default" -> "default";
        default -> price.match() + " " + price.model();
      };
    }
  }

  /** The end of a model's prices. */
  @Command(
      name = "deactivate",
      sortOptions = false,
      description = {
        "Take every price of a model, or the default entry, out of force.",
        "Requests that only it covered are then reported as unpriced, never as free."
      })
  static final class Deactivate implements Runnable {
    @Mixin private Endpoints endpoints = new Endpoints();

    @Parameters(paramLabel = "NAME", description = "A model as the book names it, or 'default'.")
    private String name = "";

    @Option(
        names = "--provider",
        paramLabel = "P",
        description = "Needed where several providers have a model of this name.")
    private @Nullable String provider;

    @Option(
        names = "--effective-from",
        paramLabel = "TIME",
        description = "RFC 3339 or a date (default: the price's own beginning).")
    private @Nullable String effectiveFrom;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
      put(body, "provider", provider);
      put(body, "effective_from", effectiveFrom);
      ServiceClient calculator = endpoints.client(Service.CALCULATOR, "price_admin");
      say(spec, "deactivated " + name, calculator.post("/v1/prices/deactivate", body));
    }
  }

  static void put(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  static void say(CommandSpec spec, String what, JsonNode change) {
    PrintWriter out = spec.commandLine().getOut();
    int superseded = change.path("superseded").size();
    int added = change.path("added").size();
    out.println(
        superseded + added == 0
            ? "nothing to change: it is out of force already"
            : "%s: %d rows superseded, %d added; the price book is at version %d"
                .formatted(what, superseded, added, change.path("price_book_version").asLong(0)));
    out.flush();
  }
}
