package io.llmcost.cli.repricing;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives single requests other usage, or takes them back. */
@Command(
    name = "correct",
    sortOptions = false,
    description = {
      "Give a request other usage, or take it back; the ledger keeps the original row.",
      "What was used is priced as of when the request occurred."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost correct EVENT_ID --usage input=1200 --usage output=300 --reason 'miscounted'",
      "  ./llmcost correct EVENT_ID --void --reason 'a load test' --dry-run",
      "  ./llmcost correct --file corrections.jsonl --reason 'invoice of October'"
    })
public final class CorrectCommand implements Runnable {
  private static final String PATH = "/v1/corrections";

  @Parameters(paramLabel = "EVENT_ID", arity = "0..1", description = "The request's event id.")
  private @Nullable String eventId;

  @Option(
      names = "--usage",
      paramLabel = "METER=QUANTITY",
      description = "All that it used, not only what differs; repeatable.")
  private List<String> usage = List.of();

  @Option(names = "--void", description = "It counts for nothing.")
  private boolean takeBack;

  @Option(
      names = "--context-tokens",
      paramLabel = "N",
      description = "The largest single prompt, where prices depend on it.")
  private @Nullable Long contextTokens;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Several, one JSON a line: {\"event_id\", \"usage\": [{\"meter\", \"quantity\"}]} or"
              + " {\"event_id\", \"void\": true}.")
  private @Nullable Path file;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Required; for the audit.")
  private @Nullable String reason;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key again gives what was made the first time.")
  private @Nullable String key;

  @Option(names = "--dry-run", description = "Show what would change, and send nothing.")
  private boolean dryRun;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "One that was made before: shown, with --apply applied.")
  private @Nullable String id;

  @Option(names = "--apply", description = "With --id: apply what a dry run has shown.")
  private boolean apply;

  @Option(names = "--list", description = "Those that were made, the newest first.")
  private boolean list;

  @Mixin private RepricingRun run = new RepricingRun();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    if (list) {
      run.list(PATH);
    } else if (id != null && apply) {
      run.apply(PATH, id);
    } else if (id != null) {
      run.showOne(PATH, id);
    } else {
      run.run(PATH, body(), key, dryRun, "./llmcost correct --id %s --apply");
    }
  }

  private ObjectNode body() {
    if (reason == null) {
      throw wrong("why? Give --reason, which stays in the audit");
    }
    if ((eventId == null) == (file == null)) {
      throw wrong("which one? Give an event id, or --file for several");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (file != null) {
      if (takeBack || !usage.isEmpty() || contextTokens != null) {
        throw wrong("--file says of each what it used");
      }
      body.set("corrections", corrections(file));
    } else {
      if (takeBack != usage.isEmpty()) {
        throw wrong("give either --usage, all of it, or --void");
      }
      single(body.put("event_id", eventId));
    }
    return body.put("reason", reason);
  }

  private void single(ObjectNode body) {
    if (takeBack) {
      body.put("void", true);
      return;
    }
    ArrayNode items = body.putArray("usage");
    for (String item : usage) {
      int equals = item.indexOf('=');
      try {
        items
            .addObject()
            .put("meter", item.substring(0, Math.max(0, equals)))
            .put("quantity", new BigDecimal(item.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw wrong("--usage: '" + item + "' is not METER=QUANTITY, such as input=1200");
      }
    }
    if (contextTokens != null) {
      body.put("context_tokens", contextTokens);
    }
  }

  private static ArrayNode corrections(Path file) {
    ArrayNode corrections = JsonNodeFactory.instance.arrayNode();
    int number = 0;
    try {
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          corrections.add(JsonMapper.shared().readTree(line));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new CommandFailure(file + " line " + number + " is no JSON", e);
    }
    return corrections;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
