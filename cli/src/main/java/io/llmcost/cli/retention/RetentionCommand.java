package io.llmcost.cli.retention;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which months the ledger has, and the end of old ones. */
@Command(
    name = "retention",
    sortOptions = false,
    description = "Show the ledger's months, and let go of old ones; their sums and rollups stay.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RetentionCommand.Status.class, RetentionCommand.Seal.class})
public final class RetentionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command: status or seal?");
  }

  private static void sealed(Table table, JsonNode month) {
    table.row(
        month.path("month").asString(""),
        Long.toString(month.path("entries").asLong()),
        Long.toString(month.path("requests").asLong()),
        month.path("total_cost").asString(""),
        month.path("currency").asString(""),
        month.path("sealed_at").asString(""),
        month.path("sealed_by").asString(""));
  }

  private static Table sealedTable() {
    return new Table()
        .text("month")
        .number("entries")
        .number("requests")
        .number("total")
        .text("currency")
        .text("sealed at")
        .text("by");
  }

  /** Every month, oldest first. */
  @Command(name = "status", description = "Which months are sealed, and which are open.")
  static final class Status implements Runnable {
    @Mixin private Endpoints endpoints = new Endpoints();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      JsonNode answer =
          endpoints.client(Service.RECORDER, "reader").get("/v1/retention", new Query());
      PrintWriter out = spec.commandLine().getOut();
      if (!answer.path("sealed").isEmpty()) {
        Table sealed = sealedTable();
        answer.path("sealed").forEach(month -> sealed(sealed, month));
        out.println(sealed.render());
      }
      Table open = new Table().text("month").number("entries, about").number("bytes");
      for (JsonNode month : answer.path("open")) {
        open.row(
            month.path("month").asString(""),
            Long.toString(month.path("entries_estimated").asLong()),
            Long.toString(month.path("bytes").asLong()));
      }
      out.print(open.render());
      out.flush();
    }
  }

  /** The end of every month up to one. */
  @Command(
      name = "seal",
      sortOptions = false,
      description =
          "Keep the sums of every month up to this one, and drop its entries. Cannot be undone.")
  static final class Seal implements Runnable {
    @Mixin private Endpoints endpoints = new Endpoints();

    @Option(
        names = "--through",
        required = true,
        paramLabel = "MONTH",
        description = "The last month to seal, such as 2026-03.")
    private String through = "";

    @Option(names = "--dry-run", description = "Only show what would be sealed.")
    private boolean dryRun;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      ObjectNode request = JsonMapper.shared().createObjectNode();
      request.put("through", through);
      request.put("dry_run", dryRun);
      JsonNode answer =
          endpoints.client(Service.RECORDER, "operator").post("/v1/retention/seal", request);
      PrintWriter out = spec.commandLine().getOut();
      JsonNode months = answer.path("months");
      if (months.isEmpty()) {
        out.println("every month up to " + through + " is sealed, or has no entries");
      } else {
        Table table = sealedTable();
        months.forEach(month -> sealed(table, month));
        out.print(table.render());
        out.println(dryRun ? "\nnothing was changed: without --dry-run these are sealed" : "");
      }
      out.flush();
    }
  }
}
