package io.llmcost.cli.up;

import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.localstack.Broker;
import io.llmcost.localstack.DataDirectory;
import io.llmcost.localstack.Database;
import io.llmcost.localstack.Registry;
import io.llmcost.localstack.StackHome;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which processes a stack has and how each finds the others. */
final class StackPlan {
  private static final String LEDGER = "llmcost";
  private static final String REGISTRY = "registry";

  /** How long open calls may go on once all is being stopped. */
  private static final String SHUTDOWN = "5s";

  private final Credentials credentials;
  private final StackPorts ports;
  private final DataDirectory data;
  private final Broker broker;
  private final Database database;
  private final Registry registry;
  private final GatewayKeyFile gatewayKeys;
  private final Map<ServiceKind, ServicePart> services = new EnumMap<>(ServiceKind.class);

  StackPlan(
      StackHome home,
      DataDirectory data,
      StackPorts ports,
      Credentials credentials,
      Applications applications,
      Optional<URI> upstream) {
    this.credentials = credentials;
    this.ports = ports;
    this.data = data;
    this.gatewayKeys = new GatewayKeyFile(data.resolve("gateway-keys.json"));
    this.broker =
        new Broker(
            home,
            data.resolve("kafka"),
            log("kafka"),
            ports.kafka(),
            JavaOptions.kafka(applications.cache("kafka", Broker.program())));
    this.database =
        new Database(
            home,
            data.resolve("postgres"),
            log("postgres"),
            ports.postgres(),
            credentials.password("postgres"),
            Database.Durability.FULL);
    this.registry =
        new Registry(
            home,
            log("schema-registry"),
            ports.registry(),
            new Registry.Storage(
                database.jdbcUrl(REGISTRY), REGISTRY, credentials.password(REGISTRY)),
            JavaOptions.registry(applications.cache("schema-registry", Registry.program(home))));
    for (ServiceKind kind : ServiceKind.values()) {
      Path jar = applications.jar(kind);
      services.put(
          kind,
          new ServicePart(
              kind,
              jar,
              data.path(),
              ports.of(kind),
              JavaOptions.service(kind, applications.cache(kind.label(), jar)),
              settings(kind, upstream)));
    }
  }

  Broker broker() {
    return broker;
  }

  Database database() {
    return database;
  }

  /** The databases that the registry and the services open when they start. */
  void createDatabases() {
    database.createDatabase(LEDGER, LEDGER, credentials.password(LEDGER));
    database.createDatabase(REGISTRY, REGISTRY, credentials.password(REGISTRY));
  }

  Registry registry() {
    return registry;
  }

  ServicePart service(ServiceKind kind) {
    return Objects.requireNonNull(services.get(kind));
  }

  Map<ServiceKind, ServicePart> services() {
    return services;
  }

  /** The keys that the gateway gives out: none yet at the first start. */
  GatewayKeyFile gatewayKeys() {
    return gatewayKeys;
  }

  /** For other programs: JDBC, with the ledger's tables on the search path. */
  String ledgerUrl() {
    return database.jdbcUrl(LEDGER)
        + "?user="
        + LEDGER
        + "&password="
        + credentials.password(LEDGER)
        + "&currentSchema=ledger";
  }

  Map<String, String> tokens() {
    return credentials.tokens();
  }

  private Path log(String name) {
    return data.resolve("logs").resolve(name + ".log");
  }

  private Map<String, String> settings(ServiceKind kind, Optional<URI> upstream) {
    Map<String, String> settings = new HashMap<>();
    // Two arenas of the C library's allocator: each thread's own would hold what it once used.
    settings.put("MALLOC_ARENA_MAX", "2");
    settings.put("SERVER_ADDRESS", "127.0.0.1");
    settings.put("SERVER_PORT", Integer.toString(ports.of(kind)));
    settings.put("SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE", SHUTDOWN);
    settings.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("LLMCOST_SCHEMA_REGISTRY_URL", registry.url());
    credentials
        .tokens()
        .forEach(
            (role, token) ->
                settings.put(
                    "LLMCOST_SECURITY_TOKENS_" + role.toUpperCase(Locale.ROOT),
                    Credentials.hash(token)));
    switch (kind) {
      case GATEWAY -> {
        settings.put("LLMCOST_GATEWAY_BIND_ADDRESS", "127.0.0.1");
        settings.put("LLMCOST_GATEWAY_TIMEOUTS_SHUTDOWN", SHUTDOWN);
        settings.put("LLMCOST_GATEWAY_PORT", Integer.toString(ports.of(kind)));
        settings.put("LLMCOST_GATEWAY_JOURNAL_DIR", data.resolve("gateway/journal").toString());
        settings.put("LLMCOST_GATEWAY_PASS_THROUGH_KEYS", "true");
        settings.put("LLMCOST_GATEWAY_KEYS_FILE", gatewayKeys.path().toString());
        upstream.ifPresent(url -> settings.put("LLMCOST_GATEWAY_UPSTREAM", url.toString()));
      }
      case CALCULATOR -> {
        database(settings);
        settings.put("LLMCOST_LAST_RESORT_DIRECTORY", lastResort(kind));
      }
      case RECORDER -> {
        database(settings);
        settings.put("LLMCOST_LAST_RESORT_DIRECTORY", lastResort(kind));
        settings.put("LLMCOST_RECORDER_CALCULATOR_URL", url(ServiceKind.CALCULATOR));
        settings.put(
            "LLMCOST_RECORDER_CALCULATOR_TOKEN",
            Objects.requireNonNull(credentials.tokens().get("reader")));
      }
      case REPORTING -> {
        database(settings);
        settings.put("LLMCOST_CALCULATOR_URL", url(ServiceKind.CALCULATOR));
        settings.put("LLMCOST_RECORDER_URL", url(ServiceKind.RECORDER));
      }
    }
    return settings;
  }

  private String lastResort(ServiceKind kind) {
    return data.resolve("last-resort").resolve(kind.label()).toString();
  }

  private void database(Map<String, String> settings) {
    settings.put("SPRING_DATASOURCE_URL", database.jdbcUrl(LEDGER));
    settings.put("SPRING_DATASOURCE_USERNAME", LEDGER);
    settings.put("SPRING_DATASOURCE_PASSWORD", credentials.password(LEDGER));
  }

  private String url(ServiceKind kind) {
    return "http://127.0.0.1:" + ports.of(kind);
  }
}
