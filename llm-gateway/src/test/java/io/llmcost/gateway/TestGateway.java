package io.llmcost.gateway;

import io.llmcost.chassis.security.Role;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.client.event.EventJson;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.gateway.call.CallLimits;
import io.llmcost.gateway.call.ProviderCalls;
import io.llmcost.gateway.intake.EventIntake;
import io.llmcost.gateway.key.KeyRing;
import io.llmcost.gateway.otlp.TraceIntake;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.provider.ModelRoutes;
import io.llmcost.gateway.provider.Providers;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.GatewayServer;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.OwnRequest;
import io.llmcost.gateway.server.OwnService;
import io.llmcost.gateway.server.ServerSettings;
import io.llmcost.gateway.upstream.TlsClient;
import io.llmcost.gateway.upstream.UpstreamLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A gateway without Spring and Kafka: its server, its core, and a publisher that records. */
final class TestGateway implements AutoCloseable {
  static final String EMITTER = "emitter-token";
  static final String DEFAULT_MODEL = "gpt-4.1-mini";
  static final String READER = "reader-token";

  final RecordingPublisher publisher = new RecordingPublisher();
  final KeyRing keys = new KeyRing();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final GatewayServer server;

  /** What a test may want to be different. */
  record Options(
      boolean passThroughKeys,
      Map<String, Providers.Configured> providers,
      int bodyBytes,
      Duration firstByte,
      Duration pause,
      Duration drain,
      boolean serveUntracked) {
    static final Options DEFAULTS =
        new Options(
            true,
            Map.of(),
            1024 * 1024,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            true);

    Options withoutPassThrough(Map<String, Providers.Configured> configured) {
      return new Options(false, configured, bodyBytes, firstByte, pause, drain, serveUntracked);
    }

    Options firstByte(Duration value) {
      return new Options(
          passThroughKeys, providers, bodyBytes, value, pause, drain, serveUntracked);
    }

    Options pause(Duration value) {
      return new Options(
          passThroughKeys, providers, bodyBytes, firstByte, value, drain, serveUntracked);
    }

    Options drain(Duration value) {
      return new Options(
          passThroughKeys, providers, bodyBytes, firstByte, pause, value, serveUntracked);
    }

    Options refuseWhenFull() {
      return new Options(passThroughKeys, providers, bodyBytes, firstByte, pause, drain, false);
    }
  }

  TestGateway(String providerUrl) {
    this(providerUrl, Options.DEFAULTS);
  }

  TestGateway(String providerUrl, Options options) {
    this(providerUrl, options, TlsClient::create);
  }

  TestGateway(String providerUrl, Options options, Supplier<TlsClient> tls) {
    Clock clock = Clock.systemUTC();
    BearerTokens tokens =
        new BearerTokens(
            new TokenAuthenticator(
                Map.of(
                    Role.EMITTER,
                    List.of(TokenAuthenticator.hash(EMITTER)),
                    Role.READER,
                    List.of(TokenAuthenticator.hash(READER)))));
    Providers providers = new Providers(options.providers(), URI.create(providerUrl));
    ProviderAdapters adapters = ProviderAdapters.standard();
    BodyBudget budget = new BodyBudget(64L * 1024 * 1024);
    ProviderCalls calls =
        new ProviderCalls(
            new CallRouter(providers, new ModelRoutes(Map.of())),
            adapters,
            new ProviderCalls.Policy(
                "test-gateway", options.passThroughKeys(), tokens, keys, DEFAULT_MODEL, false),
            new CallLimits(
                options.bodyBytes(),
                256L * 1024 * 1024,
                options.firstByte().toNanos(),
                options.pause().toNanos(),
                Duration.ofMinutes(5).toNanos(),
                options.drain().toNanos(),
                1024 * 1024,
                options.serveUntracked()),
            budget,
            publisher,
            meters,
            clock,
            executor);
    EventIntake intake =
        new EventIntake(
            new EventJson(adapters), publisher, tokens, 1024 * 1024, 100, clock, meters);
    TraceIntake traces = new TraceIntake(publisher, tokens, 1024 * 1024, clock, meters);
    FrontDesk desk = new FrontDesk(calls, intake, traces, new NoOperations(), budget, executor);
    server =
        new GatewayServer(
            new ServerSettings(
                "127.0.0.1",
                0,
                2,
                1000,
                32 * 1024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5)),
            UpstreamLimits.perLoop(
                1000,
                1000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                2),
            desk,
            executor,
            tls);
    server.start();
  }

  int port() {
    return server.port();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  void stop() {
    server.stop();
  }

  @Override
  public void close() {
    server.stop();
    executor.shutdownNow();
  }

  private static final class NoOperations implements OwnService {
    @Override
    public int admit(HttpRequest head) {
      return 0;
    }

    @Override
    public OwnAnswer answer(OwnRequest request) {
      return OwnAnswer.json(200, new byte[] {'{', '}'});
    }
  }
}
