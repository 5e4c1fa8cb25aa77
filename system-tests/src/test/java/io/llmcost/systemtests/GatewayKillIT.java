package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.cli.simulator.Answer;
import io.llmcost.cli.terminal.Table;
import io.llmcost.systemtests.SocketCaller.End;
import io.llmcost.systemtests.SocketCaller.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Calls through the gateway while Kafka is stopped and started, the gateway killed with -9 and
 * callers hang up: each call whose end was seen is in the ledger once. The full form: {@code
 * -Dllmcost.gatewaykill.calls=20000 -Dllmcost.gatewaykill.kills=5}, and {@code
 * llmcost.gatewaykill.seed} for another order of it all.
 */
class GatewayKillIT {
  private static final int PORT_OFFSET = 5_200;
  private static final int CALLS = Integer.getInteger("llmcost.gatewaykill.calls", 2_000);
  private static final int KILLS = Integer.getInteger("llmcost.gatewaykill.kills", 2);
  private static final long SEED = Long.getLong("llmcost.gatewaykill.seed", 20_261_124L);

  /** Between two kills: about what the gateway takes to be back, and some calls. */
  private static final Duration PAUSE =
      Duration.ofSeconds(Integer.getInteger("llmcost.gatewaykill.pause-seconds", 8));

  private static final int CALLERS = 32;

  /** One caller in so many leaves before the end. */
  private static final int HANG_UP_OF = 12;

  private static final Duration DRAINED_WITHIN = Duration.ofMinutes(3);

  private static final Queue<Answer> billed = new ConcurrentLinkedQueue<>();
  private static RunningStack stack;
  private static LedgerTables ledger;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET, billed::add);
    ledger = new LedgerTables(stack.address("postgres"));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void everyAnsweredCallIsRecordedOnceWhateverHappens() throws Exception {
    Duration time = PAUSE.multipliedBy(KILLS);
    int outages = Math.max(2, KILLS / 2 * 2);
    Killer killer = new Killer(List.of(new StackProcess(stack, "llm-gateway")), KILLS, PAUSE, SEED);
    KafkaOutages kafka = new KafkaOutages(stack, outages, time.dividedBy(outages), SEED + 1);
    Thread killing = Thread.ofPlatform().start(killer);
    Thread stopping = Thread.ofPlatform().start(kafka);
    long start = System.nanoTime();
    List<Outcome> outcomes = call(time);
    Duration calling = Duration.ofNanos(System.nanoTime() - start);
    killing.join();
    stopping.join();

    List<String> answered =
        outcomes.stream()
            .filter(one -> one.end() == End.ANSWERED)
            .map(one -> String.valueOf(one.eventId()))
            .toList();
    Found found = Found.of(answered, ledger);
    Llmcost.Result verify = stack.tryCommand("verify", "--deep", "--timeout", "2m");

    Table table = new Table().text("killed: the gateway, under calls").number("");
    table.row("seed", Long.toString(SEED));
    table.row("sent", "%,d".formatted(outcomes.size()));
    table.row("answered", "%,d".formatted(answered.size()));
    table.row("cut", "%,d".formatted(count(outcomes, End.CUT)));
    table.row("hung up", "%,d".formatted(count(outcomes, End.HUNG_UP)));
    table.row("answers that the provider bills", "%,d".formatted(billed.size()));
    table.row("recorded", "%,d".formatted(found.ids.size()));
    table.row("duplicates", "%,d".formatted(found.duplicates));
    table.row("lost", "%,d".formatted(found.lost.size()));
    table.row("kills of the gateway", "" + killer.kills());
    table.row("outages of Kafka", "" + kafka.done());
    table.row("seconds of calling", "%.1f".formatted(calling.toMillis() / 1_000.0));
    System.out.println("\n" + table.render() + "\n" + verify.output());

    assertThat(outcomes).hasSize(CALLS);
    assertThat(killer.kills()).isEqualTo(KILLS);
    assertThat(kafka.done()).isEqualTo(outages);
    assertThat(count(outcomes, End.CUT)).as("kills hit calls").isPositive();
    assertThat(count(outcomes, End.HUNG_UP)).isPositive();
    assertThat(outcomes)
        .filteredOn(one -> one.end() == End.ANSWERED)
        .allMatch(one -> one.status() == 200 && one.eventId() != null && one.tracked());
    assertThat(answered).doesNotHaveDuplicates();
    assertThat(found.lost).as("lost").isEmpty();
    assertThat(found.duplicates).as("duplicates").isZero();
    assertThat(found.ids.size()).as("nothing is made up").isLessThanOrEqualTo(billed.size());
    assertThat(verify.exit()).as(verify.output()).isZero();
  }

  private static long count(List<Outcome> outcomes, End end) {
    return outcomes.stream().filter(one -> one.end() == end).count();
  }

  /** Makes all calls at a pace that fills {@code time}. */
  private static List<Outcome> call(Duration time) throws InterruptedException {
    Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    AtomicInteger next = new AtomicInteger();
    double nanosOfCall = (double) time.toNanos() / CALLS;
    long start = System.nanoTime();
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      callers.add(
          Thread.startVirtualThread(
              () -> {
                try (SocketCaller gateway = new SocketCaller(stack.url("gateway").getPort())) {
                  for (int n = next.getAndIncrement(); n < CALLS; n = next.getAndIncrement()) {
                    long ahead = start + (long) (n * nanosOfCall) - System.nanoTime();
                    Thread.sleep(Math.max(0, ahead / 1_000_000));
                    outcomes.add(call(gateway, n));
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    return new ArrayList<>(outcomes);
  }

  private static Outcome call(SocketCaller gateway, int n) throws InterruptedException {
    Random random = new Random(SEED * 31 + n);
    boolean streamed = random.nextInt(4) > 0;
    boolean openAi = random.nextBoolean();
    String body =
        """
        {"model": "%s", "max_tokens": 200, "stream": %s,
         "messages": [{"role": "user", "content": "Where is order %d?"}]}
        """
            .formatted(openAi ? "gpt-4o-mini" : "claude-haiku-4-5", streamed, n);
    String path = openAi ? "/v1/chat/completions" : "/v1/messages";
    return random.nextInt(HANG_UP_OF) == 0
        ? gateway.call(path, body, random.nextInt(streamed ? 4_000 : 400))
        : gateway.call(path, body);
  }

  /**
   * What the ledger has.
   *
   * @param duplicates rows beyond the first of an event
   * @param lost answered calls that are not there
   */
  private record Found(Set<String> ids, int duplicates, Set<String> lost) {

    /** Looks until all is there, or has had the time to come. */
    static Found of(List<String> answered, LedgerTables ledger) throws Exception {
      long deadline = System.nanoTime() + DRAINED_WITHIN.toNanos();
      while (true) {
        Found found = now(answered, ledger);
        if (found.lost.isEmpty() || System.nanoTime() > deadline) {
          return found;
        }
        Thread.sleep(500);
      }
    }

    private static Found now(List<String> answered, LedgerTables ledger) throws Exception {
      Set<String> ids = new HashSet<>();
      int[] duplicates = {0};
      ledger.eachEvent(
          (id, rows, cost) -> {
            ids.add(id.toString());
            duplicates[0] += rows - 1;
          });
      Set<String> lost = new HashSet<>(answered);
      lost.removeAll(ids);
      return new Found(ids, duplicates[0], lost);
    }
  }
}
