package io.llmcost.cli.emit;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.client.event.EventJson;
import io.llmcost.client.provider.ProviderAdapters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Publishes a file's completion events and ends when both hops have passed them; bad lines are
 * named and passed over, and any of them, or a dead letter, makes the exit code non-zero.
 */
@Command(
    name = "emit",
    sortOptions = false,
    description = {
      "Publish completion events from a file, and wait until they are priced and recorded.",
      "Emitting a file again changes nothing: the events' ids stay the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./llmcost emit --trace azure.csv --provider openai --model gpt-4",
      "  ./llmcost emit --events backfill.jsonl"
    })
public final class EmitCommand implements Runnable {
  private static final int NAMED_LINES = 50;

  @Mixin private Endpoints endpoints = new Endpoints();

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "CSV with the columns TIMESTAMP,ContextTokens,GeneratedTokens; needs --provider and"
              + " --model.")
  private @Nullable Path trace;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description = "One JSON event of POST /v1/events a line.")
  private @Nullable Path events;

  @Mixin private TraceOptions traceOptions = new TraceOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      defaultValue = "10m",
      description =
          "Give up when nothing has moved for so long; until then outages are waited through"
              + " (default: 10m).")
  private Duration timeout = Duration.ofMinutes(10);

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Properties for the Kafka clients, such as security settings or another"
              + " value.serializer.")
  private @Nullable Path kafkaConfig;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    long start = System.nanoTime();
    Path file = file();
    EventSource lines = source(file);
    PrintWriter out = spec.commandLine().getOut();
    AtomicLong named = new AtomicLong();
    Emission.Result result;
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      Emission emission =
          new Emission(
              lines,
              KafkaSettings.of(endpoints, kafkaConfig),
              new Patience(timeout),
              progress,
              naming(out, file, named));
      result = emission.run();
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e, e);
    }
    if (named.get() > NAMED_LINES) {
      out.println("... and %s lines more".formatted(Figures.count(named.get() - NAMED_LINES)));
    }
    report(out, file, result, Duration.ofNanos(System.nanoTime() - start));
  }

  private static Consumer<EventSource.Line.Refused> naming(
      PrintWriter out, Path file, AtomicLong named) {
    return line -> {
      if (named.incrementAndGet() <= NAMED_LINES) {
        out.println(
            "%s line %d: %s: %s".formatted(file, line.number(), line.field(), line.reason()));
        out.flush();
      }
    };
  }

  private static void report(PrintWriter out, Path file, Emission.Result result, Duration took) {
    if (result.refused() == 0 && result.deadLetters() == 0) {
      out.println(
          "%s events from %s published, priced and recorded in %.1f s"
              .formatted(Figures.count(result.events()), file, took.toMillis() / 1000.0));
      out.flush();
      return;
    }
    StringBuilder reason = new StringBuilder();
    if (result.refused() > 0) {
      reason.append(
          "%s of %s lines are no events"
              .formatted(Figures.count(result.refused()), Figures.count(result.lines())));
    }
    if (result.deadLetters() > 0) {
      reason
          .append(reason.isEmpty() ? "" : "; ")
          .append("%s dead-lettered ".formatted(Figures.count(result.deadLetters())))
          .append(result.deadLettered().toString().replaceAll("[{}]", "").replace('=', ' '));
    }
    throw new CommandFailure(
        "%s; the other events of %s were published and passed both hops".formatted(reason, file));
  }

  private Path file() {
    if ((trace == null) == (events == null)) {
      throw wrong("give either --trace FILE or --events FILE");
    }
    Path file = trace != null ? trace : events;
    if (file == null || !Files.isReadable(file) || Files.isDirectory(file)) {
      throw wrong(file + " is no readable file");
    }
    return file;
  }

  private EventSource source(Path file) {
    if (trace == null) {
      if (traceOptions.nameAModel()) {
        throw wrong("--provider and --model belong to --trace; events name their own");
      }
      return new EventsFile(file, new EventJson(ProviderAdapters.standard()), Clock.systemUTC());
    }
    EventDefaults defaults =
        traceOptions.defaults().orElseThrow(() -> wrong("--trace needs --provider and --model"));
    return new TraceFile(file, defaults, Clock.systemUTC());
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }
}
