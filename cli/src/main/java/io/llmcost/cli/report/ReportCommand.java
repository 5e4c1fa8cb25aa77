package io.llmcost.cli.report;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.terminal.TimeBound;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what was spent: to people as a table, to programs as JSON or CSV with every digit. */
@Command(
    name = "report",
    sortOptions = false,
    description = "What was spent, as a table, JSON or CSV.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost report --from 2026-11-01 --group-by project,model",
      "  ./llmcost report --bucket-width 1d --time-zone Europe/Berlin",
      "  ./llmcost report --from 2023-11-01 --to 2023-12-01 --format json"
    })
public final class ReportCommand implements Runnable {
  private static final Duration DEFAULT_RANGE = Duration.ofDays(30);
  private static final String UNGROUPED = "none";

  /** How a report is written. */
  enum Format {
    TABLE,
    JSON,
    CSV
  }

  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "First instant: a date or RFC 3339 (default: 30 days before --to).")
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "First instant after the report, so a date itself is not in it (default: now).")
  private @Nullable String to;

  @Option(
      names = "--time-zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "Whose days and months are meant, such as Europe/Berlin (default: UTC).")
  private String timeZone = "UTC";

  @Option(
      names = "--bucket-width",
      paramLabel = "WIDTH",
      description = "15m, 1h, 1d or 1M: one line per period (default: the whole range in one).")
  private @Nullable String bucketWidth;

  @Option(
      names = "--group-by",
      paramLabel = "FIELD",
      split = ",",
      defaultValue = "provider,model",
      description =
          "project, user_id, provider, model, request_type, operation, trackable, tag:NAME ...;"
              + " several with commas, or 'none' (default: provider,model).")
  private List<String> groupBy = List.of("provider", "model");

  @Mixin private ReportFilters filters = new ReportFilters();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or csv; the latter two with every digit (default: table).")
  private Format format = Format.TABLE;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    ReportQuery query = query(Clock.systemUTC());
    CostReport report = CostReport.read(endpoints.client(Service.REPORTING, "reader"), query);
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (format) {
          case TABLE -> heading(query) + ReportTable.render(report);
          case JSON -> ReportJson.render(report);
          case CSV -> ReportCsv.render(report);
        });
    out.flush();
  }

  ReportQuery query(Clock clock) {
    ZoneId zone = zone();
    Instant end = to == null ? clock.instant() : bound("--to", to, zone);
    Instant start = from == null ? end.minus(DEFAULT_RANGE) : bound("--from", from, zone);
    if (!start.isBefore(end)) {
      throw wrong("--from " + start + " is not before --to " + end);
    }
    return new ReportQuery(start, end, timeZone, bucketWidth, groups(), filters.fields());
  }

  private List<String> groups() {
    return groupBy.equals(List.of(UNGROUPED)) ? List.of() : groupBy;
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw wrong("--time-zone '" + timeZone + "' is no time zone, such as Europe/Berlin");
    }
  }

  private Instant bound(String option, String text, ZoneId zone) {
    try {
      return TimeBound.parse(text, zone);
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }

  private static String heading(ReportQuery query) {
    return "LLM costs from %s to %s%n%n".formatted(query.from(), query.to());
  }
}
