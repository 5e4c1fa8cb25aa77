package io.llmcost.benchmarks;

import io.llmcost.benchmarks.GatewayPeers.Peer;
import io.llmcost.cli.up.RunningStack;
import io.llmcost.cli.up.StackOptions;
import io.llmcost.cli.up.Up;
import io.llmcost.localstack.process.Ports;
import io.llmcost.schemas.Topics;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The gateway on one core, each call journaled and sent to Kafka, in one run with the bare
 * provider, nginx and another gateway on the same core in turns; provider, callers and Kafka are on
 * the other. Prints tables and writes them as JSON; judges nothing.
 */
public final class GatewayBenchmark {
  private static final int FIRST_PORT = 5432;
  private static final String BARE = "bare provider";
  private static final String OURS = "llm-gateway";
  private static final String NGINX = "nginx";
  private static final int PER_SECOND = 2_000;
  private static final int PACED_CALLERS = 8;
  private static final int CROWD = 16;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> ASIDE =
      List.of("cost-calculator", "cost-recorder", "reporting-api");

  private final int rounds = Integer.getInteger("benchmark.gateway.rounds", 3);
  private final int seconds = Integer.getInteger("benchmark.gateway.seconds", 4);
  private final int warmupSeconds = Integer.getInteger("benchmark.gateway.warmup-seconds", 30);
  private final int streams = Integer.getInteger("benchmark.gateway.streams", 5_000);
  private final int streamSeconds = Integer.getInteger("benchmark.gateway.stream-seconds", 8);
  private final Path target = Path.of(System.getProperty("benchmark.target", "target"));
  private final GatewayResults results = new GatewayResults();
  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final Map<String, Peer> arms = new LinkedHashMap<>();
  private final EventLoop loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
  private long ours;

  private GatewayBenchmark() {}

  public static void main(String[] args) throws Exception {
    new GatewayBenchmark().run();
    System.exit(0);
  }

  private void run() throws Exception {
    Path data = Files.createTempDirectory("llmcost-benchmark-");
    try (FastProvider provider = new FastProvider();
        GatewayPeers peers = new GatewayPeers(target.resolve("peers"), provider.url(), out)) {
      arms.put(BARE, peer(BARE, provider.url()));
      peers.nginx(Ports.free()).ifPresent(peer -> arms.put(peer.name(), peer));
      StackOptions options = StackOptions.of(data, Ports.free() - FIRST_PORT, true, provider.url());
      try (RunningStack stack = Up.start(options, out);
          Load kafka = new Load(stack.bootstrapServers(), stack.schemaRegistryUrl())) {
        arms.put(OURS, peer(OURS, stack.gateway()));
        StackProcesses processes = new StackProcesses(data.resolve("stack.json"));
        long gateway = Objects.requireNonNull(processes.pids(List.of(OURS)).get(OURS));
        pin(gateway);
        peers.otherGateway(Ports.free()).ifPresent(peer -> arms.put(peer.name(), peer));
        for (String name : ASIDE) {
          processes.stop(name); // What they would do waits in Kafka, and takes no part in this.
        }
        measure(kafka, gateway);
        openStreams(provider, gateway);
        kafka.awaitEnd(Topics.COMPLETED, ours, LIMIT);
        results.fact("calls through llm-gateway", ours);
        results.fact("events of them in Kafka", kafka.end(Topics.COMPLETED));
        for (String name : ASIDE) {
          processes.resume(name);
        }
      }
    } finally {
      StackProcesses.delete(data);
    }
    results.write(target.resolve("gateway-benchmark.json"));
    out.print(results.text(BARE));
    out.flush();
  }

  private static Peer peer(String name, URI url) {
    return new Peer(name, url.resolve("/v1/chat/completions"), "gpt-4o-mini", List.of());
  }

  /** Core 0 is the gateway's; all else, this process included, shares core 1. */
  private static void pin(long gateway) throws IOException, InterruptedException {
    for (long process : Proc.family(ProcessHandle.current().pid())) {
      boolean onZero =
          process == gateway
              || ProcessHandle.of(process)
                  .flatMap(handle -> handle.info().command())
                  .filter(command -> command.contains("nginx"))
                  .isPresent();
      new ProcessBuilder("taskset", "-apc", onZero ? "0" : "1", Long.toString(process))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  private void measure(Load kafka, long gateway) throws Exception {
    out.println("warming up");
    for (String arm : arms.keySet()) {
      boolean jit = arm.equals(OURS) || arm.equals(BARE);
      crowd(arm, jit ? warmupSeconds : 3);
      alone(arm, jit ? 5 : 1);
      paced(arm, jit ? 5 : 1);
    }
    long cpu = 0;
    long calls = 0;
    for (int round = 1; round <= rounds; round++) {
      out.println("round " + round);
      for (String arm : arms.keySet()) {
        kafka.awaitEnd(Topics.COMPLETED, ours, LIMIT); // The core is idle when another has it.
        Callers.Run alone = alone(arm, seconds);
        Callers.Run paced = paced(arm, seconds);
        long before = Proc.cpuMicros(gateway);
        Callers.Run crowd = crowd(arm, seconds);
        if (arm.equals(OURS)) {
          kafka.awaitEnd(Topics.COMPLETED, ours, LIMIT);
          cpu += Proc.cpuMicros(gateway) - before;
          calls += crowd.answered();
        }
        results.round(arm, alone, paced, crowd);
      }
    }
    results.fact(
        "llm-gateway, CPU us a call until Kafka has it", "%.1f".formatted((double) cpu / calls));
    results.fact("llm-gateway, RSS MB after calls", Proc.residentBytes(gateway) >> 20);
  }

  private Callers.Run alone(String arm, int time) {
    return counted(arm, callers(arm, 1).asFastAsAnswered(time));
  }

  private Callers.Run paced(String arm, int time) {
    return counted(arm, callers(arm, PACED_CALLERS).atPace(time, PER_SECOND));
  }

  private Callers.Run crowd(String arm, int time) {
    return counted(arm, callers(arm, CROWD).asFastAsAnswered(time));
  }

  private Callers.Run counted(String arm, Callers.Run run) {
    ours += arm.equals(OURS) ? run.answered() : 0;
    return run;
  }

  private Peer arm(String name) {
    return Objects.requireNonNull(arms.get(name), name);
  }

  private Callers callers(String arm, int count) {
    return new Callers(loop, arm(arm).url(), request(arm, ""), count);
  }

  private byte[] request(String arm, String more) {
    Peer peer = arm(arm);
    String body =
        """
        {"model":"%s",%s"messages":[{"role":"system","content":"You are a helpful assistant that \
        answers briefly and clearly."},{"role":"user","content":"Please greet me and tell me about \
        the weather in Hamburg in three sentences, with a bit of humour."}],"temperature":0.7,\
        "max_tokens":200}\
        """
            .formatted(peer.model(), more);
    return Callers.post(peer.url(), body, peer.headers().toArray(String[]::new));
  }

  private void openStreams(FastProvider provider, long gateway) throws Exception {
    Map<String, Long> memory = new TreeMap<>();
    for (String arm : List.of(BARE, NGINX, OURS)) {
      if (!arms.containsKey(arm)) {
        continue;
      }
      out.println("%,d streams: %s".formatted(streams, arm));
      StreamCallers.Run run =
          StreamCallers.run(
              loop,
              provider,
              arm(arm).url(),
              request(arm, "\"stream\":true,"),
              streams,
              5,
              streamSeconds);
      results.streams(arm, run);
      if (arm.equals(OURS)) {
        ours += run.complete();
        memory.put("llm-gateway, RSS MB after streams", Proc.residentBytes(gateway) >> 20);
      }
    }
    memory.forEach(results::fact);
  }
}
