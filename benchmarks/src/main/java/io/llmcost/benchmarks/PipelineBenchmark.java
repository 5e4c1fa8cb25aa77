package io.llmcost.benchmarks;

import io.llmcost.cli.up.RunningStack;
import io.llmcost.cli.up.StackOptions;
import io.llmcost.cli.up.Up;
import io.llmcost.localstack.process.Ports;
import io.llmcost.schemas.Topics;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One run, one stack: completed → priced → recorded from a full topic, the recorder alone from a
 * full topic, the same rows written by hand-written SQL, and Kafka Connect's JDBC sink. Prints a
 * table and writes it as JSON; judges nothing.
 */
public final class PipelineBenchmark {
  private static final int FIRST_PORT = 5432;
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final List<String> PROCESSES =
      List.of("cost-calculator", "cost-recorder", "kafka", "postgres");

  private final int events = Integer.getInteger("benchmark.events", 1_000_000);
  private final int warmup = Integer.getInteger("benchmark.warmup", 200_000);
  private final Path target = Path.of(System.getProperty("benchmark.target", "target"));
  private final Results results = new Results();
  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  private PipelineBenchmark() {}

  public static void main(String[] args) throws Exception {
    new PipelineBenchmark().run();
    System.exit(0);
  }

  private void run() throws Exception {
    Path data = Files.createTempDirectory("llmcost-benchmark-");
    StackOptions options = StackOptions.of(data, Ports.free() - FIRST_PORT, true, null);
    try (RunningStack stack = Up.start(options, out);
        LedgerProbe ledger = new LedgerProbe(stack.ledgerUrl());
        Load load = new Load(stack.bootstrapServers(), stack.schemaRegistryUrl())) {
      StackProcesses processes = new StackProcesses(data.resolve("stack.json"));
      out.println("warming up: %,d events".formatted(warmup));
      load.completed(warmup);
      ledger.awaitReceived(Topics.COSTED, warmup, LIMIT);

      endToEnd(load, ledger, processes);
      recorderAlone(load, ledger, processes);
      checkExact(ledger);
      ceiling(stack, ledger, processes);
      peer(stack, load);
    } finally {
      StackProcesses.delete(data);
    }
    results.write(target.resolve("benchmark.json"), events);
    out.print(results.table());
    out.flush();
  }

  /** Both hops at once, from a topic that holds everything already. */
  private void endToEnd(Load load, LedgerProbe ledger, StackProcesses processes) throws Exception {
    processes.stop("cost-calculator");
    out.println("end to end: filling the topic with %,d events".formatted(events));
    load.completed(events);
    Meter meter = new Meter(processes, PROCESSES);
    long before = ledger.received(Topics.COSTED);
    processes.resume("cost-calculator");
    Rate rate = Rate.measure(events, LIMIT, () -> ledger.received(Topics.COSTED) - before);
    results.add("completed -> priced -> recorded", rate, meter.stop(events));
  }

  /** The last hop, the first one having done its work. */
  private void recorderAlone(Load load, LedgerProbe ledger, StackProcesses processes)
      throws Exception {
    processes.stop("cost-recorder");
    out.println("recorder alone: filling its topic with %,d events".formatted(events));
    long costed = load.end(Topics.COSTED);
    load.completed(events);
    load.awaitEnd(Topics.COSTED, costed + events, LIMIT);
    Meter meter = new Meter(processes, List.of("cost-recorder", "kafka", "postgres"));
    long before = ledger.received(Topics.COSTED);
    processes.resume("cost-recorder");
    Rate rate = Rate.measure(events, LIMIT, () -> ledger.received(Topics.COSTED) - before);
    results.add("recorder", rate, meter.stop(events));
  }

  private void checkExact(LedgerProbe ledger) throws Exception {
    LedgerProbe.Exactness exactness = ledger.exactness();
    results.exactness(2L * events + warmup, exactness);
  }

  /** The recorder's own rows, into the recorder's own tables, by SQL that does nothing else. */
  private void ceiling(RunningStack stack, LedgerProbe ledger, StackProcesses processes)
      throws Exception {
    processes.stop("cost-recorder");
    Path rows = target.resolve("ceiling-rows");
    try {
      out.println("ceiling: %,d rows of the ledger, by COPY and ON CONFLICT".formatted(events));
      Ceiling ceiling = Ceiling.of(stack.ledgerUrl(), rows, events);
      for (int connections = 1; connections <= 2; connections++) {
        ledger.truncate();
        Meter meter = new Meter(processes, List.of("postgres"));
        Rate rate = ceiling.run(connections);
        results.add(
            "hand-written SQL, %d connection%s".formatted(connections, connections == 1 ? "" : "s"),
            rate,
            meter.stop(events));
      }
    } finally {
      Files.deleteIfExists(rows);
      processes.resume("cost-recorder");
    }
  }

  private void peer(RunningStack stack, Load load) throws Exception {
    out.println("Kafka Connect: filling its topic with %,d flat events".formatted(events));
    load.flat(events);
    for (int tasks = 1; tasks <= 2; tasks++) {
      try (ConnectWorker worker = ConnectWorker.start(stack, target, tasks)) {
        Meter meter = worker.meter();
        Rate rate = Rate.measure(events, LIMIT, worker::rows);
        results.add(
            "Debezium JDBC sink, %d task%s".formatted(tasks, tasks == 1 ? "" : "s"),
            rate,
            meter.stop(events));
      }
    }
  }
}
