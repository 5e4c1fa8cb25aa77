package io.llmcost.cli.prices;

import io.llmcost.cli.repricing.RepriceCommand;
import io.llmcost.cli.repricing.RepricingRun;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A new price. */
@Command(
    name = "set",
    sortOptions = false,
    description = "Put a price in force; an earlier one of the same key ends where it begins.",
    footerHeading = "%nExample:%n",
    footer =
        "  ./llmcost prices set --provider openai --model gpt-9 --meter input --unit-price 1.25")
final class SetCommand implements Runnable {
  /** No request occurred before. */
  private static final String EARLIEST = "2020-01-01T00:00:00Z";

  /** A price from now on has begun a moment ago when it is set. */
  private static final Duration JUST_NOW = Duration.ofMinutes(1);

  @Mixin private RepricingRun past = new RepricingRun();

  @Option(
      names = "--provider",
      paramLabel = "P",
      required = true,
      description = "A provider id, or * for any.")
  private String provider = "";

  @Option(names = "--model", paramLabel = "M", description = "As --match says.")
  private @Nullable String model;

  @Option(
      names = "--match",
      paramLabel = "KIND",
      defaultValue = "exact",
      description = "exact, prefix, pattern, or default, which takes no model (default: exact).")
  private String match = "exact";

  @Option(
      names = "--meter",
      paramLabel = "M",
      required = true,
      description = "input, output, input_cache_read, web_search ...")
  private String meter = "";

  @Option(
      names = "--unit-price",
      paramLabel = "AMOUNT",
      required = true,
      description = "Decimal amount for --unit of the meter.")
  private String unitPrice = "";

  @Option(
      names = "--unit",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How much of the meter it buys (default: 1000000).")
  private String unit = "1000000";

  @Option(names = "--service-tier", paramLabel = "T", description = "Default: any.")
  private @Nullable String serviceTier;

  @Option(names = "--region", paramLabel = "R", description = "Default: any.")
  private @Nullable String region;

  @Option(
      names = "--context-above",
      paramLabel = "TOKENS",
      description = "Only for requests with a longer prompt than this.")
  private @Nullable String contextAbove;

  @Option(
      names = "--time-window",
      paramLabel = "HH:MM-HH:MM",
      description = "Only in these hours, UTC.")
  private @Nullable String timeWindow;

  @Option(
      names = "--effective-from",
      paramLabel = "TIME",
      description = "RFC 3339 or a date (default: now).")
  private @Nullable String effectiveFrom;

  @Option(
      names = "--effective-to",
      paramLabel = "TIME",
      description = "First instant after it (default: open).")
  private @Nullable String effectiveTo;

  @Option(names = "--source", paramLabel = "TEXT", description = "Where the price is published.")
  private @Nullable String source;

  @Option(
      names = "--replace",
      description = "Also displace prices of the same key that begin later.")
  private boolean replace;

  @Option(
      names = "--apply-to-past",
      description = "Also price the requests that it covers and that were priced before.")
  private boolean applyToPast;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    ObjectNode price =
        JsonNodeFactory.instance
            .objectNode()
            .put("provider", provider)
            .put("match", match)
            .put("meter", meter)
            .put("unit_price", unitPrice)
            .put("unit", unit);
    PricesCommand.put(price, "model", model);
    PricesCommand.put(price, "service_tier", serviceTier);
    PricesCommand.put(price, "region", region);
    PricesCommand.put(price, "context_above", contextAbove);
    PricesCommand.put(price, "time_window", timeWindow);
    PricesCommand.put(price, "effective_from", effectiveFrom);
    PricesCommand.put(price, "effective_to", effectiveTo);
    PricesCommand.put(price, "source", source);
    JsonNode change = past.client().post("/v1/prices" + (replace ? "?replace=true" : ""), price);
    PricesCommand.say(spec, "set", change);
    toThePast(change.path("added"));
  }

  /** Requests before now were priced without it: they are priced anew, or how is said. */
  private void toThePast(JsonNode added) {
    JsonNode row = added.path(added.size() - 1);
    String id = row.path("id").asString("");
    String from = row.path("effective_from").asString(EARLIEST);
    if (Instant.parse(from).isAfter(Instant.now().minus(JUST_NOW))) {
      return;
    }
    if (!applyToPast) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          ("requests since %s that it covers cost what they did: ./llmcost prices reprice --from"
                  + " %s --price-id %s --reason '...' --dry-run shows what would change")
              .formatted(from, from, id));
      out.flush();
      return;
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("reason", "price %s set for the past".formatted(id));
    ObjectNode selector = body.putObject("selector").put("from", from);
    selector.putArray("price_id").add(id);
    if (!provider.equals("*")) {
      selector.putArray("provider").add(row.path("provider").asString(provider));
    }
    past.run("/v1/repricings", body, null, false, RepriceCommand.LATER);
  }
}
