package io.llmcost.cli.demo;

import io.llmcost.cli.demo.Bill.Sums;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.prices.PriceList;
import io.llmcost.cli.report.CostReport;
import io.llmcost.cli.report.ReportQuery;
import io.llmcost.cli.report.ReportTable;
import io.llmcost.cli.simulator.Answer;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.cli.up.RunningStack;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import tools.jackson.databind.JsonNode;

/** Sends the sample to a running stack and compares its report with what the provider answered. */
final class Demo {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final RunningStack stack;
  private final ServiceClient reporting;
  private final Queue<Answer> answers;
  private final PrintWriter out;
  private final Progress progress;

  /**
   * @param answers grows by what the simulated provider answers
   */
  Demo(RunningStack stack, Queue<Answer> answers, PrintWriter out, Progress progress) {
    this.stack = stack;
    this.answers = answers;
    this.out = out;
    this.progress = progress;
    reporting = new ServiceClient(Service.REPORTING, stack.reporting(), stack.token("reader"));
  }

  /** Returns both sides, printed already. */
  Comparison run() {
    Instant start = Instant.now();
    Sample.Projects projects =
        new Sample.Projects(Long.toString(start.toEpochMilli() / 100, Character.MAX_RADIX));
    List<SampleCall> calls = Sample.of(projects);
    out.println(
        "sending %d calls through the gateway to a simulated provider".formatted(calls.size()));
    out.flush();
    new Traffic(stack.gateway()).send(calls, progress);
    Instant end = Instant.now();
    List<Answer> sent = new ArrayList<>(answers);
    if (sent.size() != calls.size()) {
      throw new CommandFailure(
          "%d calls were sent, and %d reached the provider".formatted(calls.size(), sent.size()));
    }
    awaitReport(query(projects, start, end, List.of()), calls.size(), end);
    printReport(query(projects, start, end, List.of("project", "request_type")));
    return compare(sent, query(projects, start, end, List.of("provider", "model")), start);
  }

  private void printReport(ReportQuery query) {
    progress.clear();
    out.println("\nThe cost report of this demo's three projects:\n");
    out.print(ReportTable.render(CostReport.read(reporting, query)));
  }

  private Comparison compare(List<Answer> sent, ReportQuery query, Instant at) {
    ServiceClient calculator =
        new ServiceClient(Service.CALCULATOR, stack.calculator(), stack.token("reader"));
    PriceSheet prices =
        new PriceSheet(
            PriceList.read(
                calculator, new PriceList.Filter(null, null, null, at.toString(), false)));
    CostReport report = CostReport.read(reporting, query);
    JsonNode totals = report.totals();
    Comparison comparison =
        new Comparison(
            Bills.sent(sent, prices),
            Bills.reported(report),
            new Sums(
                totals.path("requests").asLong(0),
                totals.path("prompt_tokens").asLong(0),
                totals.path("completion_tokens").asLong(0),
                new BigDecimal(totals.path("total_cost").asString("0"))));
    out.println("\nWhat the provider answered, priced by hand, beside what is reported:\n");
    out.print(comparison.render());
    out.flush();
    return comparison;
  }

  private static ReportQuery query(
      Sample.Projects projects, Instant start, Instant end, List<String> groupBy) {
    return new ReportQuery(
        start.minus(MARGIN),
        end.plus(MARGIN),
        "UTC",
        null,
        groupBy,
        Map.of("projects", projects.all()));
  }

  /** Until all is there, and the ledger says that nothing of that time is still on its way. */
  private void awaitReport(ReportQuery query, long requests, Instant end) {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        JsonNode totals = CostReport.totals(reporting, query);
        long recorded = totals.path("requests").asLong(0);
        progress.show("recorded: %d of %d calls".formatted(recorded, requests));
        String through = totals.path("complete_through").asString("");
        if (recorded >= requests && !through.isEmpty() && Instant.parse(through).isAfter(end)) {
          return;
        }
      } catch (CommandFailure failure) {
        progress.show(String.valueOf(failure.getMessage()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }
}
