package io.llmcost.calculator;

import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.localstack.Backends;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running calculator on the real backends, one for all integration tests of this JVM. */
public final class CalculatorFixture implements AutoCloseable {

  public static final String READER = UUID.randomUUID().toString();
  public static final String PRICE_ADMIN = UUID.randomUUID().toString();
  public static final String EMITTER = UUID.randomUUID().toString();

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static @Nullable CalculatorFixture shared;

  private final String databaseUrl;
  private final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newHttpClient();

  private CalculatorFixture(String databaseUrl, Map<String, String> settings) {
    this.databaseUrl = databaseUrl;
    this.context = start(databaseUrl, settings);
  }

  /** Starts one over a database of its own, with settings of its own; the caller closes it. */
  public static CalculatorFixture onItsOwn(Map<String, String> settings) {
    return new CalculatorFixture(Backends.shared().newDatabase(), settings);
  }

  @Override
  public void close() {
    context.close();
  }

  public static synchronized CalculatorFixture shared() {
    CalculatorFixture found = shared;
    if (found == null) {
      found = new CalculatorFixture(Backends.shared().newDatabase(), Map.of());
      shared = found;
    }
    return found;
  }

  /** Starts one more instance over {@code databaseUrl}; the caller closes it. */
  public static ConfigurableApplicationContext start(String databaseUrl) {
    return start(databaseUrl, Map.of());
  }

  /** The same with settings of its own. */
  public static ConfigurableApplicationContext start(
      String databaseUrl, Map<String, String> otherSettings, Class<?>... moreBeans) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spring.kafka.bootstrap-servers", Backends.shared().bootstrapServers());
    settings.put("llmcost.schema-registry.url", Backends.shared().schemaRegistryUrl());
    settings.put("spring.datasource.url", databaseUrl);
    settings.put("spring.datasource.username", "");
    settings.put("llmcost.security.tokens.reader", TokenAuthenticator.hash(READER));
    settings.put(
        "llmcost.security.tokens.price-admin", "alice=" + TokenAuthenticator.hash(PRICE_ADMIN));
    settings.put("llmcost.security.tokens.emitter", TokenAuthenticator.hash(EMITTER));
    // So long that no test can pass by the poll where the announcement was lost.
    settings.put("llmcost.calculator.price-book-poll", "10m");
    settings.put("llmcost.last-resort.directory", "target/last-resort/" + UUID.randomUUID());
    settings.putAll(otherSettings);
    String[] arguments =
        settings.entrySet().stream()
            .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new);
    SpringApplication application = new SpringApplication(Application.class);
    application.addPrimarySources(List.of(moreBeans));
    return application.run(arguments);
  }

  public ConfigurableApplicationContext context() {
    return context;
  }

  public String databaseUrl() {
    return databaseUrl;
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(databaseUrl);
  }

  /** An answer: its status, its JSON, its headers. */
  public record Answer(int status, JsonNode json, HttpResponse<byte[]> response) {

    /** Returns the text of {@code field}, or empty where there is none. */
    public String text(String field) {
      JsonNode value = json.path(field);
      return value.isMissingNode() ? "" : value.asString();
    }
  }

  public Answer get(String path, String token, String... headers) {
    return send(request(path, token, headers).GET());
  }

  public Answer post(String path, String token, String body) {
    return send(
        request(path, token, "Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  public Answer post(String path, String token, byte[] body, String... headers) {
    boolean typed = List.of(headers).contains("Content-Type");
    HttpRequest.Builder request = request(path, token, headers);
    if (!typed) {
      request.header("Content-Type", "application/octet-stream");
    }
    return send(request.POST(BodyPublishers.ofByteArray(body)));
  }

  private HttpRequest.Builder request(String path, String token, String... headers) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      byte[] body = response.body();
      boolean isJson = response.headers().firstValue("Content-Type").orElse("").contains("json");
      return new Answer(
          response.statusCode(), isJson ? JSON.readTree(body) : JSON.createObjectNode(), response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
