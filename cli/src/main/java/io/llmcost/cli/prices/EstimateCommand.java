package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a call would cost, before it is made. */
@Command(
    name = "estimate",
    sortOptions = false,
    description = {
      "What a call would cost, line by line.",
      "Text is counted by the model's own tokenizer where its provider publishes one."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost prices estimate --model gpt-4o --prompt-tokens 1200 --completion-tokens 300",
      "  ./llmcost prices estimate --provider openai --model gpt-4o --text-file prompt.txt",
      "  ./llmcost prices estimate --model gpt-4o --usage input=1200 --usage input_cache_read=9000"
    })
final class EstimateCommand implements Runnable {
  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(names = "--provider", paramLabel = "P", description = "Needed where several have it.")
  private @Nullable String provider;

  @Option(names = "--model", paramLabel = "M", required = true, description = "The model.")
  private String model = "";

  @ArgGroup(multiplicity = "1")
  private Prompt prompt = new Prompt();

  @Option(
      names = "--completion-tokens",
      paramLabel = "N",
      description = "How long the answer is expected to be.")
  private @Nullable Long completionTokens;

  @Option(names = "--service-tier", paramLabel = "T", description = "Default: standard.")
  private @Nullable String serviceTier;

  @Option(names = "--region", paramLabel = "R", description = "Where the call is served.")
  private @Nullable String region;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What goes in. */
  static final class Prompt {
    @Option(names = "--prompt-tokens", paramLabel = "N", description = "So many tokens.")
    private @Nullable Long tokens;

    @Option(names = "--text", paramLabel = "TEXT", description = "This prompt.")
    private @Nullable String text;

    @Option(names = "--text-file", paramLabel = "FILE", description = "The prompt in this file.")
    private @Nullable Path file;

    @Option(
        names = "--usage",
        paramLabel = "METER=N",
        description = "Meters as in an event; repeatable.")
    private @Nullable Map<String, String> usage;
  }

  @Override
  public void run() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model);
    put(body, "provider", provider);
    put(body, "service_tier", serviceTier);
    put(body, "region", region);
    if (completionTokens != null) {
      body.put("expected_completion_tokens", completionTokens);
    }
    prompt(body);
    JsonNode answer = endpoints.client(Service.CALCULATOR, "reader").post("/v1/estimates", body);
    PrintWriter out = spec.commandLine().getOut();
    out.print(table(answer));
    out.flush();
  }

  private void prompt(ObjectNode body) {
    if (prompt.tokens != null) {
      body.put("prompt_tokens", prompt.tokens);
    }
    put(body, "text", prompt.text);
    if (prompt.file != null) {
      body.put("text", read(prompt.file));
    }
    if (prompt.usage != null) {
      var items = body.putArray("usage");
      new TreeMap<>(prompt.usage)
          .forEach(
              (meter, quantity) -> items.addObject().put("meter", meter).put("quantity", quantity));
    }
  }

  private static String table(JsonNode answer) {
    Table table = new Table().text("meter").number("quantity").number("price").number("for");
    table.number("amount").text("status").number("price id");
    for (JsonNode line : answer.path("line_items")) {
      table.row(
          line.path("meter").asString(""),
          line.path("quantity").asString(""),
          line.path("unit_price").asString("none"),
          Figures.count(line.path("unit").asLong(0)),
          line.path("amount").asString(""),
          line.path("status").asString(""),
          line.path("price_id").asString(""));
    }
    JsonNode cost = answer.path("cost");
    JsonNode tokens = answer.path("tokens");
    table.total(
        "total", "", "", "", cost.path("total").asString(""), cost.path("status").asString(""), "");
    return "%s%n%s %s, in %s: prompt %s, completion %s; prompt tokens %s (%s)%n"
        .formatted(
            table.render(),
            answer.path("provider").asString(""),
            answer.path("model").asString(""),
            cost.path("currency").asString(""),
            cost.path("prompt").asString(""),
            cost.path("completion").asString(""),
            tokens.path("source").asString(""),
            tokens.path("method").asString(""));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read as UTF-8: " + e.getMessage(), e);
    }
  }

  private static void put(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }
}
