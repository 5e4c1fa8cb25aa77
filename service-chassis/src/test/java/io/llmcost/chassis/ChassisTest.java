package io.llmcost.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.chassis.security.TokenAuthenticator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What callers of any service meet: tokens, roles, and problems that name the field. */
class ChassisTest {
  private static final String READER = "reader-token-of-this-test";
  private static final String PRICE_ADMIN = "price-admin-token-of-this-test";
  private static final String EMITTER = "emitter-token-of-this-test";

  private static final HttpClient client = HttpClient.newHttpClient();
  private static ConfigurableApplicationContext application;
  private static String base;

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(ChassisApplication.class)
            .properties(
                "spring.config.import=classpath:service-defaults.yaml",
                "spring.application.name=chassis",
                "server.port=0",
                "llmcost.security.tokens.reader=" + TokenAuthenticator.hash(READER),
                "llmcost.security.tokens.emitter=" + TokenAuthenticator.hash(EMITTER),
                "llmcost.security.tokens.price-admin=alice=" + TokenAuthenticator.hash(PRICE_ADMIN))
            .run();
    base = "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
  }

  @AfterAll
  static void stop() {
    application.close();
    client.close();
  }

  @Test
  void healthIsOpen() throws Exception {
    assertThat(get("/actuator/health/readiness", null).statusCode()).isEqualTo(200);
  }

  @Test
  void everythingElseNeedsAToken() throws Exception {
    HttpResponse<String> answer = get("/v1/things/1?size=2", null);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(answer.headers().firstValue("content-type"))
        .get()
        .asString()
        .startsWith("application/problem+json");
    assertThat(answer.body())
        .contains("\"status\":401", "Authorization: Bearer", "\"instance\":\"/v1/things/1\"");
    assertThat(get("/v1/things/1?size=2", "wrong").statusCode()).isEqualTo(401);
    assertThat(get("/actuator/info", null).statusCode()).isEqualTo(401);
    assertThat(get("/actuator/info", READER).statusCode()).isEqualTo(200);
  }

  @Test
  void readersReadAndEmittersDoNot() throws Exception {
    assertThat(get("/v1/things/1?size=2", READER).body())
        .contains("\"id\":1", "\"size\":2"); // In either order: the fields come from a Map.of.
    assertThat(get("/v1/things/1?size=2", PRICE_ADMIN).statusCode()).isEqualTo(200);
    assertThat(get("/v1/things/1?size=2", EMITTER).statusCode()).isEqualTo(403);
  }

  @Test
  void writersAreKnownByName() throws Exception {
    HttpResponse<String> answer = post("{\"some_name\":\"x\",\"count\":1}", PRICE_ADMIN);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"by\":\"alice\"");
  }

  @Test
  void readersDoNotWrite() throws Exception {
    HttpResponse<String> answer = post("{\"some_name\":\"x\",\"count\":1}", READER);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"status\":403", "role");
  }

  @Test
  void problemsNameTheField() throws Exception {
    assertProblem(get("/v1/things/400?size=2", READER), 400, "\"field\":\"id\"");
    assertProblem(get("/v1/things/409?size=2", READER), 409, "\"field\":\"id\"");
    assertProblem(get("/v1/things/x?size=2", READER), 400, "\"field\":\"id\"");
    assertProblem(get("/v1/things/1", READER), 400, "\"field\":\"size\"");
    assertProblem(get("/v1/things/1?size=%FF", READER), 400, "percent-encode");
    assertProblem(post("{\"some_name\":\"\",\"count\":1}", PRICE_ADMIN), 400, "some_name");
    assertProblem(post("{\"some_name\":\"x\",\"count\":\"y\"}", PRICE_ADMIN), 400, "\"count\"");
    assertProblem(
        post("{\"some_name\":\"x\",\"count\":1,\"cuont\":1}", PRICE_ADMIN),
        400,
        "known here: count, some_name");
    assertProblem(post("{\"some_name\":\"x\"}", PRICE_ADMIN), 400, "count: is required");
    assertProblem(post("{\"some_name", PRICE_ADMIN), 400, "no valid JSON");
  }

  @Test
  void whatIsNotThereIsAProblemToo() throws Exception {
    assertProblem(get("/v1/things/404?size=2", READER), 404, "lists them");
    assertProblem(get("/v1/nothing", READER), 404, "\"status\":404");
    assertProblem(send("PUT", "/v1/things", "{}", PRICE_ADMIN), 405, "\"status\":405");
  }

  @Test
  void faultsKeepTheirTextInside() throws Exception {
    HttpResponse<String> answer = get("/v1/things/500?size=2", READER);

    assertProblem(answer, 500, "log");
    assertThat(answer.body()).doesNotContain("secret");
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.body()).contains(text);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type"))
        .get()
        .asString()
        .startsWith("application/problem+json");
  }

  private static HttpResponse<String> get(String path, @Nullable String token) throws Exception {
    return send("GET", path, null, token);
  }

  private static HttpResponse<String> post(String body, String token) throws Exception {
    return send("POST", "/v1/things", body, token);
  }

  private static HttpResponse<String> send(
      String method, String path, @Nullable String body, @Nullable String token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    request.method(
        method,
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    request.header("content-type", "application/json");
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
