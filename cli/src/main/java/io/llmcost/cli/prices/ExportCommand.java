package io.llmcost.cli.prices;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Figures;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the whole price book as a file that {@code prices import} takes. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Write every price that stands as CSV; imported again it changes nothing.",
      "Prices that are out of force on purpose are left out."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost prices export --output prices.csv",
      "  ./llmcost prices export --aliases --output aliases.csv"
    })
final class ExportCommand implements Runnable {
  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(names = "--aliases", description = "Other names of models in place of prices.")
  private boolean aliases;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to (default: standard output).")
  private @Nullable Path output;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String csv =
        endpoints
            .client(Service.CALCULATOR, "reader")
            .getText("/v1/prices/export" + (aliases ? "/aliases" : ""), new Query(), "text/csv");
    PrintWriter out = spec.commandLine().getOut();
    if (output == null) {
      out.print(csv);
    } else {
      write(output, csv);
      long rows = csv.lines().filter(line -> !line.startsWith("#")).count() - 1;
      out.println(
          "%s: %s %s".formatted(output, Figures.count(rows), aliases ? "aliases" : "prices"));
    }
    out.flush();
  }

  private static void write(Path file, String csv) {
    try {
      Files.writeString(file, csv);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
