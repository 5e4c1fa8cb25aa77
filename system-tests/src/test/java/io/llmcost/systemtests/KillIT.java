package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.cli.terminal.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Events sent at a pace while processes are killed with -9 all along: each ends in the ledger once,
 * and the sum is exact to the last digit. The full form: {@code -Dllmcost.kill.events=1000000
 * -Dllmcost.kill.kills=30}, and {@code llmcost.kill.seed} for another order of events and kills.
 */
class KillIT {
  private static final int PORT_OFFSET = 4_600;
  private static final int EVENTS = Integer.getInteger("llmcost.kill.events", 30_000);
  private static final int KILLS = Integer.getInteger("llmcost.kill.kills", 6);
  private static final long SEED = Long.getLong("llmcost.kill.seed", 20_261_124L);

  /** Between two kills: about what the slowest process takes to be back. */
  private static final Duration PAUSE =
      Duration.ofSeconds(Integer.getInteger("llmcost.kill.pause-seconds", 7));

  /** One event in so many is sent twice, the second time a little later. */
  private static final int DUPLICATE_OF = 25;

  private static final Duration DRAINED_WITHIN = Duration.ofMinutes(5);

  private static RunningStack stack;
  private static LedgerTables ledger;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET);
    ledger = new LedgerTables(stack.address("postgres"));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void everyEventIsRecordedOnceWhateverIsKilled() throws Exception {
    run("one instance of each", stackProcesses(), SEED);
  }

  @Test
  void twoInstancesOfEachHopShareTheWorkAndRecordEveryEventOnce() throws Exception {
    try (SecondInstance calculator = new SecondInstance(stack, "cost-calculator");
        SecondInstance recorder = new SecondInstance(stack, "cost-recorder")) {
      List<Killer.Victim> victims = new ArrayList<>(stackProcesses());
      victims.add(calculator);
      victims.add(recorder);
      run("two calculators, two recorders", victims, SEED + 1);
    }
  }

  private static List<StackProcess> stackProcesses() {
    return List.of("cost-calculator", "cost-recorder", "postgres", "schema-registry", "kafka")
        .stream()
        .map(name -> new StackProcess(stack, name))
        .toList();
  }

  private static void run(String title, List<? extends Killer.Victim> victims, long seed)
      throws Exception {
    Events events = new Events(seed, EVENTS);
    events.setPrices(stack);
    BigDecimal alreadyBefore = outcome("already_recorded");
    long recordedBefore = outcome("recorded").longValue();
    int duplicates;
    long start = System.nanoTime();
    int kills = Math.max(KILLS, victims.size());
    Killer killer = new Killer(victims, kills, PAUSE, seed);
    long sent;
    long failures;
    try (EventSender sender = new EventSender(stack, events)) {
      sender.send(0);
      sender.finish(); // The schema is known from here on, as in a service that has run a while.
      Thread killing = Thread.ofPlatform().start(killer);
      try {
        duplicates = send(sender, events, PAUSE.multipliedBy(kills), seed);
        sender.finish();
        killing.join();
      } finally {
        killer.stop();
        killing.join();
      }
      sent = sender.acknowledged();
      failures = sender.failures();
    }
    Duration sending = Duration.ofNanos(System.nanoTime() - start);
    Llmcost.Result verify = verified(recordedBefore + events.count());
    Duration all = Duration.ofNanos(System.nanoTime() - start);

    Found found = found(events);
    BigDecimal already = outcome("already_recorded").subtract(alreadyBefore);
    Table table = new Table().text("killed: " + title).number("");
    table.row("seed", Long.toString(seed));
    table.row("events, distinct", "%,d".formatted(events.count()));
    table.row("duplicates among those sent", "%,d".formatted(duplicates));
    table.row("records acknowledged by Kafka", "%,d".formatted(sent));
    table.row("sent anew after a failure", "%,d".formatted(failures));
    killer.killed().forEach((name, times) -> table.row("kills of " + name, "" + times));
    table.row("kills", "" + killer.kills());
    table.row("recorded", "%,d".formatted(found.recorded));
    table.row("already recorded", already.toPlainString());
    table.row("cost expected", found.expected.toPlainString());
    table.row("cost found", found.cost.toPlainString());
    table.row("lost", "%,d".formatted(events.count() - found.recorded));
    table.row("double", "%,d".formatted(found.doubles));
    table.row("with another cost", "%,d".formatted(found.different));
    table.row("seconds while sending, until verified", seconds(sending) + ", " + seconds(all));
    System.out.println("\n" + table.render() + "\n" + verify.output());

    assertThat(verify.exit()).as(verify.output()).isZero();
    assertThat(killer.kills()).isEqualTo(kills);
    assertThat(found.recorded).as("recorded").isEqualTo(events.count());
    assertThat(found.doubles).as("double").isZero();
    assertThat(found.different).as("with another cost").isZero();
    assertThat(found.cost).isEqualByComparingTo(found.expected);
    assertThat(already.longValue()).as("duplicates are counted").isGreaterThanOrEqualTo(duplicates);
  }

  /** Sends all at a pace that fills the time of the kills; returns how many were sent twice. */
  private static int send(EventSender sender, Events events, Duration time, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    Deque<Integer> later = new ArrayDeque<>();
    int duplicates = 0;
    double nanosOfEvent = (double) time.toNanos() / events.count();
    long start = System.nanoTime();
    for (int n = 1; n < events.count(); n++) {
      sender.send(n);
      if (random.nextInt(DUPLICATE_OF) == 0) {
        later.add(n);
      }
      if (later.size() > 50) {
        sender.send(later.removeFirst());
        duplicates++;
      }
      long ahead = start + (long) (n * nanosOfEvent) - System.nanoTime();
      if (ahead > 5_000_000) {
        Thread.sleep(ahead / 1_000_000);
        sender.sendAgain();
      }
    }
    for (Integer n : later) {
      sender.send(n);
      duplicates++;
    }
    return duplicates;
  }

  /** The end of {@code ./llmcost verify --deep}, once the last process is back. */
  private static Llmcost.Result verified(long events) {
    ledger.awaitEvents(events, DRAINED_WITHIN);
    return stack.tryCommand("verify", "--deep", "--timeout", "2m");
  }

  private static BigDecimal outcome(String column) throws SQLException {
    return ledger.number(
        "select sum(%s) from ledger_offset where topic = 'llm.request.costed'".formatted(column));
  }

  /** What the ledger has of the events of one run. */
  private record Found(
      int recorded, int doubles, int different, BigDecimal expected, BigDecimal cost) {}

  private static Found found(Events events) throws SQLException {
    Map<UUID, Integer> sent = new HashMap<>();
    BigDecimal expected = BigDecimal.ZERO;
    for (int n = 0; n < events.count(); n++) {
      sent.put(events.id(n), n);
      expected = expected.add(events.cost(n));
    }
    assertThat(sent).as("ids are distinct").hasSize(events.count());
    BitSet recorded = new BitSet(events.count());
    int[] doubles = {0};
    int[] different = {0};
    BigDecimal[] cost = {BigDecimal.ZERO};
    ledger.eachEvent(
        (id, rows, total) -> {
          Integer n = sent.get(id);
          if (n != null) {
            recorded.set(n);
            doubles[0] += rows - 1;
            different[0] += events.cost(n).compareTo(total) == 0 ? 0 : 1;
            cost[0] = cost[0].add(total);
          }
        });
    return new Found(
        recorded.cardinality(),
        doubles[0],
        different[0],
        expected.stripTrailingZeros(),
        cost[0].stripTrailingZeros());
  }

  private static String seconds(Duration duration) {
    return "%.1f".formatted(duration.toMillis() / 1_000.0);
  }
}
