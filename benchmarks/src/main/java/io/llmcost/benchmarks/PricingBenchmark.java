package io.llmcost.benchmarks;

import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How many calls one core prices in a second, each of another model than the one before, and how
 * much memory the snapshot of the book keeps.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Threads(1)
public class PricingBenchmark {

  private static final String MODELS = "benchmark.models";
  private static final int CALLS = 1 << 14;
  private static final long SEED = 20_261_124;
  private static final int COLLECTIONS = 5;

  private @Nullable ModelBook book;
  private PricingQuestion[] calls = {};
  private int next;

  @Setup
  public void load() {
    ModelBook loaded = ModelBook.of(Integer.getInteger(MODELS, 3_000));
    calls = calls(loaded);
    book = loaded;
  }

  /** Prices one call of four meters. */
  @Benchmark
  public List<PricedLine> price() {
    next = (next + 1) & (CALLS - 1);
    return Pricer.price(Objects.requireNonNull(book).book(), calls[next]);
  }

  public static void main(String[] args) throws Exception {
    Path target = Path.of(System.getProperty("benchmark.target", "target"));
    int models = Integer.getInteger(MODELS, 3_000);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    memory(models, out);
    new Runner(
            new OptionsBuilder()
                .include(PricingBenchmark.class.getName())
                .jvmArgsAppend("-D" + MODELS + "=" + models, "-Xmx1g")
                .resultFormat(ResultFormatType.JSON)
                .result(target.resolve("pricing.json").toString())
                .build())
        .run();
    System.exit(0);
  }

  // The calls are built first and kept, so that only the book is between the two readings.
  private static void memory(int models, PrintWriter out) {
    PricingQuestion[] calls = calls(ModelBook.of(models));
    long before = usedBytes();
    ModelBook book = ModelBook.of(models);
    long loaded = usedBytes() - before;
    int lines = 0;
    for (PricingQuestion call : calls) {
      lines += Pricer.price(book.book(), call).size();
    }
    long priced = usedBytes() - before;
    out.println(
        "%,d models, %,d prices: %.1f MB, and %.1f MB after %,d calls of every model (%,d lines)"
            .formatted(
                book.models().size(),
                book.book().size(),
                loaded / 1e6,
                priced / 1e6,
                calls.length,
                lines));
  }

  @SuppressWarnings("SystemGc")
  private static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static PricingQuestion[] calls(ModelBook book) {
    Random random = new Random(SEED);
    PricingQuestion[] calls = new PricingQuestion[CALLS];
    int models = book.models().size();
    int offset = random.nextInt(models);
    for (int i = 0; i < CALLS; i++) {
      // A step that shares no factor with the number of models meets them all.
      ModelBook.Model model = book.models().get((offset + i * 1_237) % models);
      calls[i] =
          new PricingQuestion(
              model.provider(),
              model.name(),
              null,
              i % 4 == 1 ? "batch" : null,
              null,
              Instant.parse("2026-11-24T00:00:00Z").minusSeconds(random.nextInt(86_400)),
              i % 4 == 3 ? 300_000L : null,
              usage(random));
    }
    return calls;
  }

  private static List<UsageItem> usage(Random random) {
    List<UsageItem> usage = new ArrayList<>();
    usage.add(Meters.item(Meters.INPUT, 1L + random.nextInt(100_000)));
    usage.add(Meters.item(Meters.INPUT_CACHE_READ, 1L + random.nextInt(100_000)));
    usage.add(Meters.item(Meters.OUTPUT, 1L + random.nextInt(8_000)));
    usage.add(Meters.item(Meters.OUTPUT_REASONING, 1L + random.nextInt(8_000)));
    return usage;
  }
}
