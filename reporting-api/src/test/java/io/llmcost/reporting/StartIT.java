package io.llmcost.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.reporting.ledger.Ledger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;

/** Starting before there is a ledger, and a ledger that goes away or is slow. */
class StartIT {

  private static final String SESSION =
      """
      select concat_ws(', ', current_setting('transaction_read_only'),
                             current_setting('transaction_isolation'),
                             current_setting('jit'),
                             current_setting('search_path'))
      """;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void waitsForTheLedgersTablesAndIsThenReady() throws Exception {
    LedgerFixture ledger = new LedgerFixture();
    try (ConfigurableApplicationContext service = start(ledger.url())) {
      HttpResponse<String> early = get(service, "/actuator/health/readiness");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.body()).contains("cost-recorder makes them");
      assertThat(get(service, "/actuator/health/liveness").statusCode()).isEqualTo(200);
      HttpResponse<String> report = get(service, "/v1/totals?start_time=0");
      assertThat(report.statusCode()).isEqualTo(503);
      assertThat(report.body()).contains("cost-recorder makes them");

      ledger.migrate();

      assertThat(get(service, "/actuator/health/readiness").statusCode()).isEqualTo(200);
      assertThat(get(service, "/v1/totals?start_time=0").statusCode()).isEqualTo(200);
      assertThat(get(service, "/actuator/prometheus").body())
          .contains("llmcost_report_read_seconds_bucket{outcome=\"ok\",report=\"totals\"");
    }
  }

  @Test
  void startsWithoutADatabaseAndSaysSo() throws Exception {
    try (ConfigurableApplicationContext service =
        start(
            "jdbc:postgresql://127.0.0.1:1/nowhere?user=nobody",
            "--llmcost.reporting.connection-timeout=1s")) {
      assertThat(get(service, "/actuator/health/readiness").statusCode()).isEqualTo(503);
      assertThat(get(service, "/actuator/health/liveness").statusCode()).isEqualTo(200);
      HttpResponse<String> report = get(service, "/v1/totals?start_time=0");
      assertThat(report.statusCode()).isEqualTo(503);
      assertThat(report.headers().firstValue("Retry-After")).isPresent();
      assertThat(report.body()).contains("cannot be reached");
    }
  }

  @Test
  void reportsThatTakeTooLongOrAreTooManyAreRefusedWithARemedy() throws Exception {
    LedgerFixture ledger = new LedgerFixture().migrate();
    ledger.execute(
        """
        insert into ledger.cost_rollup
        values ('2026-01-05', 0, '', 'p', 'm', 'o', '', 'USD', 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0);
        alter table ledger.cost_rollup rename to slow;
        create view ledger.cost_rollup as select s.* from ledger.slow s, pg_sleep(30);
        """);
    try (ConfigurableApplicationContext service =
        start(
            ledger.url(),
            "--llmcost.reporting.max-connections=1",
            "--llmcost.reporting.statement-timeout=2s",
            "--llmcost.reporting.connection-timeout=250ms")) {
      HttpRequest slow = request(service, "/v1/totals?start_time=2026-01-01&end_time=2026-02-01");
      CompletableFuture<HttpResponse<String>> one =
          http.sendAsync(slow, HttpResponse.BodyHandlers.ofString());
      CompletableFuture<HttpResponse<String>> other =
          http.sendAsync(slow, HttpResponse.BodyHandlers.ofString());

      assertThat(List.of(one.get().statusCode(), other.get().statusCode()))
          .containsExactly(503, 503);
      assertThat(one.get().body() + other.get().body())
          .contains("takes longer than 2 s")
          .contains("More than 1 reports are being read at once");
    }
  }

  @Test
  void sessionReadsOneSnapshotAndWritesNothing() throws Exception {
    LedgerFixture ledger = new LedgerFixture().migrate();
    try (ConfigurableApplicationContext service = start(ledger.url())) {
      String session =
          service
              .getBean(Ledger.class)
              .read("test", "none", jdbc -> jdbc.sql(SESSION).query(String.class).single());
      assertThat(session).isEqualTo("on, repeatable read, off, ledger");
      assertThatExceptionOfType(DataAccessException.class)
          .isThrownBy(
              () ->
                  service
                      .getBean(Ledger.class)
                      .read("test", "none", jdbc -> jdbc.sql("truncate cost_rollup").update()))
          .withMessageContaining("read-only transaction");
    }
  }

  private static ConfigurableApplicationContext start(String url, String... more) {
    return SpringApplication.run(
        Application.class,
        Stream.concat(Stream.of(settings(url)), Stream.of(more)).toArray(String[]::new));
  }

  private static String[] settings(String url) {
    return new String[] {
      "--server.port=0",
      "--spring.datasource.url=" + url,
      "--llmcost.security.tokens.reader=" + ReportingApi.sha256(ReportingApi.READER)
    };
  }

  private HttpResponse<String> get(ConfigurableApplicationContext service, String path)
      throws Exception {
    return http.send(request(service, path), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(ConfigurableApplicationContext service, String path) {
    String port = service.getEnvironment().getRequiredProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Authorization", "Bearer " + ReportingApi.READER)
        .build();
  }
}
