package io.llmcost.gateway;

import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.chassis.security.SecuritySettings;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.client.event.EventJson;
import io.llmcost.client.journal.Fsync;
import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.JournaledPublisher;
import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.gateway.call.CallLimits;
import io.llmcost.gateway.call.ProviderCalls;
import io.llmcost.gateway.intake.EventIntake;
import io.llmcost.gateway.key.KeyFileWatch;
import io.llmcost.gateway.key.KeyRing;
import io.llmcost.gateway.operations.JournalHealth;
import io.llmcost.gateway.operations.OperationsService;
import io.llmcost.gateway.operations.PublisherHealth;
import io.llmcost.gateway.otlp.TraceIntake;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.provider.ModelRoutes;
import io.llmcost.gateway.provider.Providers;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.GatewayServer;
import io.llmcost.gateway.server.ServerSettings;
import io.llmcost.gateway.upstream.TlsClient;
import io.llmcost.gateway.upstream.UpstreamLimits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.system.SystemMetricsAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Wires the gateway. The auto-configurations are named one by one: all of them would be looked at
 * for nothing at every start.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  PropertyPlaceholderAutoConfiguration.class,
  ConfigurationPropertiesAutoConfiguration.class,
  LifecycleAutoConfiguration.class,
  ApplicationAvailabilityAutoConfiguration.class,
  ValidationAutoConfiguration.class,
  EndpointAutoConfiguration.class,
  HealthContributorRegistryAutoConfiguration.class,
  HealthContributorAutoConfiguration.class,
  AvailabilityHealthContributorAutoConfiguration.class,
  HealthEndpointAutoConfiguration.class,
  AvailabilityProbesAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  CompositeMeterRegistryAutoConfiguration.class,
  PrometheusMetricsExportAutoConfiguration.class,
  JvmMetricsAutoConfiguration.class,
  SystemMetricsAutoConfiguration.class
})
@EnableConfigurationProperties({
  GatewaySettings.class,
  SecuritySettings.class,
  SchemaRegistrySettings.class
})
class GatewayConfiguration {
  private static final Logger log = LoggerFactory.getLogger(GatewayConfiguration.class);

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean(destroyMethod = "shutdownNow")
  ExecutorService blockingWork() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("work-", 0).factory());
  }

  @Bean
  BearerTokens bearerTokens(SecuritySettings security) {
    if (security.jwtIssuer() != null) {
      log.warn("llmcost.security.jwt-issuer is set, but the gateway takes static tokens only");
    }
    return new BearerTokens(new TokenAuthenticator(security.tokens()));
  }

  @Bean
  ProviderAdapters providerAdapters() {
    return ProviderAdapters.standard();
  }

  @Bean
  Providers providers(GatewaySettings settings) {
    return new Providers(settings.providers(), settings.upstream());
  }

  @Bean(destroyMethod = "close")
  JournaledPublisher publisher(
      GatewaySettings settings,
      SchemaRegistrySettings registry,
      @Value("${spring.kafka.bootstrap-servers:localhost:9092}") String bootstrapServers,
      MeterRegistry meters) {
    GatewaySettings.Journal journal = settings.journal();
    PublisherSettings defaults = PublisherSettings.of(bootstrapServers, registry.url().toString());
    Map<String, Object> producer = new HashMap<>(defaults.producer());
    producer.putAll(settings.producer());
    return JournaledPublisher.open(
        JournalSettings.in(settings.journalDir())
            .withMaxBytes(journal.maxSize().toBytes())
            .withFsync(journal.fsync(), journal.fsyncInterval()),
        new PublisherSettings(
            defaults.topic(), producer, defaults.retryDelay(), defaults.closeTimeout()),
        meters);
  }

  @Bean
  JournalHealth journalHealthIndicator(GatewaySettings settings) {
    return new JournalHealth(settings.journalDir());
  }

  @Bean
  PublisherHealth publisherHealthIndicator(JournaledPublisher publisher) {
    return new PublisherHealth(publisher);
  }

  @Bean
  KeyRing keyRing(MeterRegistry meters, Clock clock) {
    KeyRing ring = new KeyRing();
    Gauge.builder("llmcost.gateway.keys", ring, keys -> keys.active(clock.instant()))
        .description("Gateway keys that may be used now.")
        .register(meters);
    return ring;
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnProperty("llmcost.gateway.keys-file")
  KeyFileWatch keyFileWatch(GatewaySettings settings, KeyRing ring, MeterRegistry meters) {
    Path file = Objects.requireNonNull(settings.keysFile());
    KeyFileWatch watch = KeyFileWatch.start(new GatewayKeyFile(file), ring, settings.keysPeriod());
    Gauge.builder("llmcost.gateway.keys.stale", watch, keys -> keys.isStale() ? 1 : 0)
        .description("1 while the file of the gateway keys cannot be read as it is now.")
        .register(meters);
    return watch;
  }

  @Bean
  BodyBudget bodyBudget(GatewaySettings settings) {
    return new BodyBudget(settings.limits().bufferedBodies().toBytes());
  }

  @Bean
  ProviderCalls providerCalls(
      GatewaySettings settings,
      Providers providers,
      ProviderAdapters adapters,
      BearerTokens tokens,
      KeyRing keys,
      BodyBudget budget,
      JournaledPublisher publisher,
      MeterRegistry meters,
      Clock clock,
      ExecutorService blockingWork) {
    return new ProviderCalls(
        new CallRouter(providers, new ModelRoutes(settings.modelRoutes())),
        adapters,
        new ProviderCalls.Policy(
            settings.source(),
            settings.passThroughKeys(),
            tokens,
            keys,
            settings.defaultModel(),
            settings.journal().fsync() == Fsync.EACH),
        limits(settings),
        budget,
        publisher,
        meters,
        clock,
        blockingWork);
  }

  private static CallLimits limits(GatewaySettings settings) {
    GatewaySettings.Limits limits = settings.limits();
    GatewaySettings.Timeouts timeouts = settings.timeouts();
    return new CallLimits(
        Math.toIntExact(limits.requestBody().toBytes()),
        limits.uploadBody().toBytes(),
        timeouts.firstByte().toNanos(),
        timeouts.pause().toNanos(),
        timeouts.total().toNanos(),
        timeouts.drain().toNanos(),
        limits.drain().toBytes(),
        settings.journal().whenFull() == GatewaySettings.WhenFull.SERVE_UNTRACKED);
  }

  @Bean
  EventIntake eventIntake(
      GatewaySettings settings,
      ProviderAdapters adapters,
      JournaledPublisher publisher,
      BearerTokens tokens,
      Clock clock,
      MeterRegistry meters) {
    return new EventIntake(
        new EventJson(adapters),
        publisher,
        tokens,
        Math.toIntExact(settings.limits().eventsBody().toBytes()),
        settings.limits().events(),
        clock,
        meters);
  }

  @Bean
  TraceIntake traceIntake(
      GatewaySettings settings,
      JournaledPublisher publisher,
      BearerTokens tokens,
      Clock clock,
      MeterRegistry meters) {
    return new TraceIntake(
        publisher,
        tokens,
        Math.toIntExact(settings.limits().eventsBody().toBytes()),
        clock,
        meters);
  }

  @Bean
  OperationsService operations(
      HealthEndpoint health, PrometheusMeterRegistry metrics, BearerTokens tokens) {
    return new OperationsService(health, metrics, tokens);
  }

  @Bean
  GatewayServer gatewayServer(
      GatewaySettings settings,
      Providers providers,
      FrontDesk frontDesk,
      MeterRegistry meters,
      ExecutorService blockingWork) {
    GatewaySettings.Limits limits = settings.limits();
    GatewaySettings.Timeouts timeouts = settings.timeouts();
    int headerBytes = Math.toIntExact(limits.header().toBytes());
    int loops =
        settings.eventLoops() > 0
            ? settings.eventLoops()
            : Runtime.getRuntime().availableProcessors();
    GatewayServer server =
        new GatewayServer(
            new ServerSettings(
                settings.bindAddress(),
                settings.port(),
                loops,
                limits.connections(),
                headerBytes,
                timeouts.keepAlive(),
                timeouts.body(),
                timeouts.shutdown()),
            UpstreamLimits.perLoop(
                limits.upstreamConnections(),
                limits.upstreamPending(),
                timeouts.connect(),
                timeouts.upstreamIdle(),
                timeouts.upstreamAge(),
                loops),
            frontDesk,
            blockingWork,
            tls(providers, blockingWork));
    gauge(meters, "callers", server::callers);
    gauge(meters, "providers", server::upstreamConnections);
    return server;
  }

  @Bean
  FrontDesk frontDesk(
      ProviderCalls calls,
      EventIntake intake,
      TraceIntake traces,
      OperationsService operations,
      BodyBudget budget,
      ExecutorService blockingWork) {
    return new FrontDesk(calls, intake, traces, operations, budget, blockingWork);
  }

  // Made beforehand on another thread, so that no call waits while the trust store is read.
  private static Supplier<TlsClient> tls(Providers providers, ExecutorService executor) {
    CompletableFuture<TlsClient> client = new CompletableFuture<>();
    if (providers.anyTls()) {
      client.completeAsync(TlsClient::create, executor);
    }
    return client::join;
  }

  private static void gauge(MeterRegistry meters, String side, Supplier<Number> value) {
    Gauge.builder("llmcost.gateway.connections", value)
        .description("Open connections.")
        .tag("side", side)
        .register(meters);
  }
}
