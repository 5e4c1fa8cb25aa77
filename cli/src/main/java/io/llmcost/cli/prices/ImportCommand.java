package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Takes a whole price list: shows what it would do, and does just that unless it is a dry run. */
@Command(
    name = "import",
    sortOptions = false,
    description = {
      "Import a price list: our CSV, LiteLLM's JSON or genai-prices' JSON.",
      "What the list has a date for holds from then on, the rest from --effective-from.",
      "Rates 100 times off wait for --confirm; a list with refused rows changes nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost prices import model_prices_and_context_window.json --dry-run",
      "  ./llmcost prices import prices.csv --effective-from 2026-12-01",
      "  ./llmcost prices import data.json --confirm openai/gpt-9 --skip-refused"
    })
final class ImportCommand implements Runnable {
  private static final String PATH = "/v1/prices/import";
  private static final int SHOWN = 20;

  @Mixin private Endpoints endpoints = new Endpoints();

  @Parameters(paramLabel = "FILE", description = "The price list.")
  private Path file = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "F",
      description = "csv, litellm or genai-prices (default: told by the file).")
  private @Nullable String format;

  @Option(
      names = "--effective-from",
      paramLabel = "TIME",
      description = "RFC 3339, a date, or 'beginning' (default: now).")
  private @Nullable String effectiveFrom;

  @Option(names = "--dry-run", description = "Show what would change, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--confirm",
      paramLabel = "PROVIDER/MODEL",
      description = "Take this model's rates although they look wrong; repeatable, * for all.")
  private List<String> confirm = List.of();

  @Option(names = "--skip-refused", description = "Import the rest where rows are refused.")
  private boolean skipRefused;

  @Option(
      names = "--end-missing",
      description = "End models that an earlier list of this kind had and this one lacks.")
  private boolean endMissing;

  @Option(names = "--all", description = "Show every row, not the first 20 of each kind.")
  private boolean all;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    byte[] list = read();
    ServiceClient calculator = endpoints.client(Service.CALCULATOR, "price_admin");
    String from = effectiveFrom == null ? Instant.now().toString() : effectiveFrom;
    JsonNode seen = calculator.post(PATH, query(from).add("dry_run", "true"), list, null);
    PrintWriter out = spec.commandLine().getOut();
    out.print(ImportReport.render(seen, all ? Integer.MAX_VALUE : SHOWN));
    out.flush();
    if (dryRun) {
      out.println("dry run: nothing was changed");
      out.flush();
      return;
    }
    int refused = seen.path("refused").size();
    if (refused > 0 && !skipRefused) {
      throw new CommandFailure(
          "%d rows are refused, so nothing was changed; --skip-refused imports the rest"
              .formatted(refused));
    }
    String ifMatch = "\"price-book-" + seen.path("price_book_version").asLong() + "\"";
    JsonNode done = calculator.post(PATH, query(from), list, ifMatch);
    out.println(
        "applied: the price book is at version " + done.path("price_book_version").asLong());
    out.flush();
  }

  private Query query(String from) {
    return new Query()
        .add("format", format)
        .add("effective_from", from)
        .add("skip_refused", skipRefused ? "true" : null)
        .add("end_missing", endMissing ? "true" : null)
        .addAll("confirm", confirm);
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
