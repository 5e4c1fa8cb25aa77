package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Takes an entry from the queue of {@code prices unpriced} without a price. */
@Command(
    name = "dismiss",
    sortOptions = false,
    description = {
      "Take an entry of 'prices unpriced' from the queue, for a reason that the audit keeps.",
      "An unpriced or fallback model stays dismissed; others are open again with the next request."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./llmcost prices dismiss --provider openai --model x --concern fallback --reason 'a"
            + " test'")
final class DismissCommand implements Runnable {
  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(names = "--provider", paramLabel = "P", required = true, description = "As listed.")
  private String provider = "";

  @Option(names = "--model", paramLabel = "M", required = true, description = "As listed.")
  private String model = "";

  @Option(names = "--concern", paramLabel = "C", required = true, description = "As listed.")
  private String concern = "";

  @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
  private String reason = "";

  @Option(names = "--undo", description = "Open it again.")
  private boolean undo;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    JsonNode entry =
        endpoints
            .client(Service.CALCULATOR, "price_admin")
            .post(
                "/v1/prices/unpriced/" + (undo ? "reopen" : "dismiss"),
                JsonNodeFactory.instance
                    .objectNode()
                    .put("provider", provider)
                    .put("model", model)
                    .put("concern", concern)
                    .put("reason", reason));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%s %s %s: %s".formatted(provider, model, concern, entry.path("state").asString("")));
    out.flush();
  }
}
