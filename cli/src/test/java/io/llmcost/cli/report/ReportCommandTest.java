package io.llmcost.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.llmcost.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command against a server that answers as the reporting API does, in two pages. */
class ReportCommandTest {
  private static final String FIRST_PAGE =
      """
      {"object": "page", "has_more": true, "next_page": "p2", "data": [
        {"start_time": "2023-11-01T00:00:00Z", "end_time": "2023-12-01T00:00:00Z", "results": [
          {"provider": "openai", "model": "gpt-4", "requests": 8819, "prompt_tokens": 18059974,
           "completion_tokens": 245896, "fallback_requests": 0, "unpriced_requests": 0,
           "is_floor": false, "amount": {"value": "556.552980000000000000", "currency": "USD"}}]}]}
      """;
  private static final String SECOND_PAGE =
      """
      {"object": "page", "has_more": false, "next_page": null, "data": [
        {"start_time": "2023-11-01T00:00:00Z", "end_time": "2023-12-01T00:00:00Z", "results": [
          {"provider": "openai", "model": "gpt, \\"new\\"", "requests": 2, "prompt_tokens": 20,
           "completion_tokens": 4, "fallback_requests": 2, "unpriced_requests": 0,
           "is_floor": false, "amount": {"value": "0.000010000000000001", "currency": "USD"}},
          {"provider": "other", "model": null, "requests": 1, "prompt_tokens": 1,
           "completion_tokens": 0, "fallback_requests": 0, "unpriced_requests": 1,
           "is_floor": true, "amount": {"value": "0", "currency": "USD"}}]}]}
      """;
  private static final String TOTALS =
      """
      {"requests": 8822, "succeeded": 8821, "failed": 1, "prompt_tokens": 18059995,
       "completion_tokens": 245900, "total_tokens": 18305895, "currency": "USD",
       "total_cost": "556.552990000000000001", "fallback_requests": 2, "unpriced_requests": 1,
       "is_floor": true, "complete_through": "2026-11-24T08:00:00Z"}
      """;

  private final List<String> queries = new CopyOnWriteArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/costs", exchange -> answer(exchange, 200, page(exchange)));
    server.createContext("/v1/totals", exchange -> answer(exchange, 200, TOTALS));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void tableRoundsOnceAndExplainsItsMarks() {
    assertThat(report("--from", "2023-11-01", "--to", "2023-12-01")).isZero();
    assertThat(out)
        .hasToString(
            """
            LLM costs from 2023-11-01T00:00:00Z to 2023-12-01T00:00:00Z

            provider  model       requests  prompt tokens  completion tokens    cost USD
            ----------------------------------------------------------------------------
            openai    gpt-4          8,819     18,059,974            245,896  556.5530
            openai    gpt, "new"         2             20                  4   <0.0001 ~
            other     -                  1              1                  0    0.0000 +
            ----------------------------------------------------------------------------
            total                    8,822     18,059,995            245,900  556.5530 +

            +  at least this: no price is known for 1 request
            ~  contains a stand-in: 2 requests met only a default price
            1 request failed at the provider, without cost
            complete through 2026-11-24T08:00:00Z
            """);
  }

  @Test
  void jsonIsOnePageWithEveryDigitOfAllPages() {
    assertThat(report("--from", "2023-11-01", "--to", "2023-12-01", "--format", "json")).isZero();

    JsonNode page = JsonMapper.shared().readTree(out.toString());
    assertThat(page.path("object").asString()).isEqualTo("page");
    assertThat(page.path("has_more").asBoolean(true)).isFalse();
    assertThat(page.path("data")).hasSize(1);
    JsonNode results = page.path("data").get(0).path("results");
    assertThat(results).hasSize(3);
    assertThat(results.get(1).path("amount").path("value").asString())
        .isEqualTo("0.000010000000000001");
    assertThat(page.path("totals").path("requests").asLong()).isEqualTo(8822);
  }

  @Test
  void csvKeepsEveryDigitAndQuotesNames() {
    assertThat(report("--from", "2023-11-01", "--to", "2023-12-01", "--format", "csv")).isZero();
    assertThat(out.toString().split("\r\n"))
        .startsWith(
            "start_time,end_time,provider,model,requests,prompt_tokens,completion_tokens,amount,"
                + "currency,fallback_requests,unpriced_requests,is_floor",
            "2023-11-01T00:00:00Z,2023-12-01T00:00:00Z,openai,gpt-4,8819,18059974,245896,"
                + "556.552980000000000000,USD,0,0,false",
            "2023-11-01T00:00:00Z,2023-12-01T00:00:00Z,openai,\"gpt, \"\"new\"\"\",2,20,4,"
                + "0.000010000000000001,USD,2,0,false",
            "2023-11-01T00:00:00Z,2023-12-01T00:00:00Z,other,,1,1,0,0,USD,0,1,true");
  }

  @Test
  void datesAreThoseOfTheTimeZoneAndFiltersArePassedOn() {
    report(
        "--from",
        "2026-03-29",
        "--to",
        "2026-03-30T12:00:00+02:00",
        "--time-zone",
        "Europe/Berlin",
        "--bucket-width",
        "1d",
        "--group-by",
        "project,user_id",
        "--project",
        "a b",
        "--project",
        "c&d");

    assertThat(queries.get(0))
        .contains("start_time=2026-03-28T23%3A00%3A00Z")
        .contains("end_time=2026-03-30T10%3A00%3A00Z")
        .contains("time_zone=Europe%2FBerlin")
        .contains("bucket_width=1d")
        .contains("group_by=project&group_by=user_id")
        .contains("projects=a+b&projects=c%26d");
  }

  @Test
  void rangeThatRunsBackwardsIsOneLineAndWrongUse() {
    assertThat(report("--from", "2026-12-01", "--to", "2026-11-01")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("llmcost report: --from 2026-12-01T00:00:00Z is not before")
        .endsWith("(see llmcost report --help)");
  }

  @Test
  void refusalOfTheServiceIsOneLineWithFieldAndReason() {
    server.removeContext("/v1/costs");
    server.createContext(
        "/v1/costs",
        exchange ->
            answer(
                exchange,
                400,
                """
                {"type": "about:blank", "title": "Bad Request", "status": 400,
                 "field": "group_by", "reason": "'colour' is nothing to group by"}
                """));

    assertThat(report("--group-by", "colour")).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "llmcost report: reporting-api refused (400): group_by: 'colour' is nothing to group"
                + " by\n");
  }

  @Test
  void silenceOfTheServiceIsOneLine() {
    server.stop(0);
    assertThat(report()).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("does not answer at http://127.0.0.1");
  }

  private int report(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return commandLine.execute(
        Stream.concat(
                Stream.of("report", "--reporting-url", url, "--token", "t"), Arrays.stream(args))
            .toArray(String[]::new));
  }

  private String page(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    queries.add(query);
    List<String> parameters = new ArrayList<>(Arrays.asList(query.split("&")));
    return parameters.contains("page=p2") ? SECOND_PAGE : FIRST_PAGE;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("authorization")).isEqualTo("Bearer t");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
