package io.llmcost.cli.repricing;

import io.llmcost.cli.terminal.TimeBound;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Prices requests of the past by the book as it is now. */
@Command(
    name = "reprice",
    sortOptions = false,
    description = {
      "Price requests of the past by the price book as it is now.",
      "Shows the difference by day and model first; the ledger keeps the original rows and adds"
          + " the difference."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost prices reprice --from 2026-11-01 --model gpt-9 --reason 'late price' --dry-run",
      "  ./llmcost prices reprice --from 2026-11-01 --status UNPRICED --reason 'new models'"
          + " --apply",
      "  ./llmcost prices reprice --id ID --apply"
    })
public final class RepriceCommand implements Runnable {
  static final String PATH = "/v1/repricings";

  /** How to apply what a dry run has shown. */
  public static final String LATER = "./llmcost prices reprice --id %s --apply";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Requests that occurred then or later: a date (UTC) or RFC 3339.")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Requests that occurred before then (default: now).")
  private @Nullable String to;

  @Option(names = "--provider", paramLabel = "P", description = "Only of this one; repeatable.")
  private List<String> providers = List.of();

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "Only of this one, as reports name it; repeatable.")
  private List<String> models = List.of();

  @Option(names = "--project", paramLabel = "P", description = "Only of this one; repeatable.")
  private List<String> projects = List.of();

  @Option(
      names = "--status",
      paramLabel = "S",
      description = "Only those that are UNPRICED, FALLBACK, PRICED or FREE now; repeatable.")
  private List<String> statuses = List.of();

  @Option(
      names = "--price-id",
      paramLabel = "ID",
      description = "Only those that this price covers now; repeatable.")
  private List<String> priceIds = List.of();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Required; for the audit.")
  private @Nullable String reason;

  @Option(names = "--rate", paramLabel = "N", description = "Requests a second that are sent.")
  private @Nullable Integer rate;

  @Option(names = "--dry-run", description = "Show what would change, and send nothing.")
  private boolean dryRun;

  @Option(names = "--apply", description = "Show it, and apply it.")
  private boolean apply;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "One that was made before: shown, with --apply applied.")
  private @Nullable String id;

  @Option(names = "--cancel", description = "With --id: send no more of it.")
  private boolean cancel;

  @Option(names = "--list", description = "Those that were made, the newest first.")
  private boolean list;

  @Mixin private RepricingRun run = new RepricingRun();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    if (list) {
      run.list(PATH);
    } else if (id != null) {
      known(id);
    } else {
      make();
    }
  }

  private void known(String given) {
    if (from != null || dryRun || (apply && cancel)) {
      throw wrong("--id takes --apply or --cancel alone: what it selects is settled");
    }
    if (apply) {
      run.apply(PATH, given);
    } else if (cancel) {
      run.cancel(PATH, given);
    } else {
      run.showOne(PATH, given);
    }
  }

  private void make() {
    if (from == null) {
      throw wrong("from when on? Give --from");
    }
    if (reason == null) {
      throw wrong("why? Give --reason, which stays in the audit");
    }
    if (dryRun == apply) {
      throw wrong("give either --dry-run or --apply");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("reason", reason);
    ObjectNode selector = body.putObject("selector").put("from", time("--from", from));
    if (to != null) {
      selector.put("to", time("--to", to));
    }
    put(selector, "provider", providers);
    put(selector, "model", models);
    put(selector, "project", projects);
    put(selector, "cost_status", statuses);
    put(selector, "price_id", priceIds);
    if (rate != null) {
      body.put("rate", rate);
    }
    run.run(PATH, body, null, dryRun, LATER);
  }

  private String time(String option, String text) {
    try {
      return TimeBound.parse(text, ZoneOffset.UTC).toString();
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void put(ObjectNode selector, String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = selector.putArray(field);
      values.forEach(array::add);
    }
  }
}
