package io.llmcost.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.LedgerFixture.Entry;
import io.llmcost.reporting.ReportingApi;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /v1/costs} and {@code /v1/totals} over HTTP, on a few entries of 2024. */
class CostsIT extends ReportingApi {

  private static final String YEAR =
      "start_time=2024-01-01T00:00:00Z&end_time=2025-01-01T00:00:00Z";

  @BeforeAll
  static void entries() {
    LEDGER.insert(
        List.of(
            Entry.of("alpha", "2024-03-10T06:59:59.999999Z", 100, "0.10").at("gpt-4", "u-1"),
            Entry.of("alpha", "2024-03-10T07:00:00Z", 200, "0.000000000000000001")
                .at("gpt-4", "u-2"),
            Entry.of("", "2024-03-11T12:07:00Z", 300, "1234567890.123").at("a,\"b\"", ""),
            Entry.of("beta", "2024-03-11T12:14:59Z", 400, "0").at("gpt-4", "u-1").unpriced(),
            Entry.of("beta", "2024-12-31T23:59:59.999999Z", 500, "7").at("mistral-l", "u-3"),
            Entry.of("euro", "2024-07-01T00:00:00Z", 600, "5").at("mistral-l", "u-3").in("EUR")));
    LEDGER.fillRollups();
  }

  @Test
  void oneBucketSpansTheRangeAndGroupsComeInOrder() {
    JsonNode page = get("/v1/costs?" + YEAR + "&group_by=model").json();

    assertThat(page.path("object").asString()).isEqualTo("page");
    assertThat(page.path("has_more").asBoolean()).isFalse();
    assertThat(page.path("next_page").isNull()).isTrue();
    assertThat(page.path("data")).hasSize(1);
    JsonNode bucket = page.path("data").get(0);
    assertThat(bucket.path("start_time").asString()).isEqualTo("2024-01-01T00:00:00Z");
    assertThat(bucket.path("end_time").asString()).isEqualTo("2025-01-01T00:00:00Z");
    assertThat(bucket.path("results").toString())
        .isEqualTo(
            """
            [{"amount":{"value":"1234567890.123","currency":"USD"},"requests":1,"prompt_tokens":300,"completion_tokens":0,"fallback_requests":0,"unpriced_requests":0,"is_floor":false,"model":"a,\\"b\\""},\
            {"amount":{"value":"0.100000000000000001","currency":"USD"},"requests":3,"prompt_tokens":700,"completion_tokens":0,"fallback_requests":0,"unpriced_requests":1,"is_floor":true,"model":"gpt-4"},\
            {"amount":{"value":"5","currency":"EUR"},"requests":1,"prompt_tokens":600,"completion_tokens":0,"fallback_requests":0,"unpriced_requests":0,"is_floor":false,"model":"mistral-l"},\
            {"amount":{"value":"7","currency":"USD"},"requests":1,"prompt_tokens":500,"completion_tokens":0,"fallback_requests":0,"unpriced_requests":0,"is_floor":false,"model":"mistral-l"}]\
            """);
  }

  @Test
  void dayBeginsWhenTheZoneSaysSo() {
    String days = "&bucket_width=1d&time_zone=America/New_York&group_by=project";
    // New York's clock goes forward in the night to 10 March: the day has 23 hours.
    JsonNode page =
        get("/v1/costs?start_time=2024-03-10T05:00:00Z&end_time=2024-03-12T04:00:00Z" + days)
            .json();

    assertThat(page.path("data")).hasSize(2);
    JsonNode first = page.path("data").get(0);
    assertThat(first.path("start_time").asString()).isEqualTo("2024-03-10T00:00:00-05:00");
    assertThat(first.path("end_time").asString()).isEqualTo("2024-03-11T00:00:00-04:00");
    assertThat(first.path("results")).hasSize(1);
    assertThat(first.path("results").get(0).path("requests").asLong()).isEqualTo(2);
    JsonNode second = page.path("data").get(1);
    assertThat(second.path("results")).hasSize(2);
    assertThat(second.path("results").get(0).path("project").isNull()).isTrue();
    assertThat(second.path("results").get(1).path("project").asString()).isEqualTo("beta");
  }

  @Test
  void edgesInsideAQuarterHourAreExact() {
    JsonNode page =
        get("/v1/costs?start_time=2024-03-10T06:59:59.999999Z&end_time=2024-03-11T12:14:59Z")
            .json();

    JsonNode result = page.path("data").get(0).path("results").get(0);
    assertThat(result.path("requests").asLong()).isEqualTo(3);
    assertThat(result.path("amount").path("value").asString())
        .isEqualTo("1234567890.223000000000000001");
  }

  @Test
  void groupsWithoutAValueAreNullAndFilteredByAnEmptyOne() {
    JsonNode page = get("/v1/costs?" + YEAR + "&projects=&group_by=user_id,project").json();

    JsonNode results = page.path("data").get(0).path("results");
    assertThat(results).hasSize(1);
    assertThat(results.get(0).path("user_id").isNull()).isTrue();
    assertThat(results.get(0).path("project").isNull()).isTrue();
    assertThat(results.get(0).path("prompt_tokens").asLong()).isEqualTo(300);
  }

  @Test
  void filtersOfOneKindAreAlternativesAndOfTwoKindsNarrow() {
    String filters = "&projects=alpha&projects=beta&user_ids=u-1&statuses=succeeded";
    JsonNode totals = get("/v1/totals?" + YEAR + filters).json();

    assertThat(totals.path("requests").asLong()).isEqualTo(2);
    assertThat(totals.path("total_cost").asString()).isEqualTo("0.1");
    assertThat(totals.path("is_floor").asBoolean()).isTrue();
  }

  @Test
  void tagNamesAreValuesNotSql() {
    String hostile = encode("tag:x') from cost_entry; drop table cost_entry; --");
    JsonNode page = get("/v1/costs?" + YEAR + "&group_by=" + hostile).json();

    assertThat(page.path("data").get(0).path("results")).hasSize(2);
    assertThat(get("/v1/totals?" + YEAR).json().path("requests").asLong()).isEqualTo(6);
  }

  @Test
  void flatShapeHasOneRowPerBucketAndGroup() {
    JsonNode page =
        get("/v1/costs?" + YEAR + "&group_by=project&bucket_width=1M&shape=flat&projects=alpha")
            .json();

    assertThat(page.path("data").toString())
        .isEqualTo(
            """
            [{"start_time":"2024-03-01T00:00:00Z","end_time":"2024-04-01T00:00:00Z","amount":"0.100000000000000001","currency":"USD","requests":2,"prompt_tokens":300,"completion_tokens":0,"fallback_requests":0,"unpriced_requests":0,"is_floor":false,"project":"alpha"}]\
            """);
  }

  @Test
  void csvIsWhatItAlwaysWas() {
    Answer csv = getCsv("/v1/costs?" + YEAR + "&group_by=model&bucket_width=1M&group_by=project");

    assertThat(csv.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
    assertThat(csv.header("Link")).isEmpty();
    assertThat(csv.body())
        .isEqualTo(
            """
            start_time,end_time,model,project,amount,currency,requests,prompt_tokens,completion_tokens,fallback_requests,unpriced_requests,is_floor
            2024-03-01T00:00:00Z,2024-04-01T00:00:00Z,"a,""b""\",,1234567890.123,USD,1,300,0,0,0,false
            2024-03-01T00:00:00Z,2024-04-01T00:00:00Z,gpt-4,alpha,0.100000000000000001,USD,2,300,0,0,0,false
            2024-03-01T00:00:00Z,2024-04-01T00:00:00Z,gpt-4,beta,0,USD,1,400,0,0,1,true
            2024-07-01T00:00:00Z,2024-08-01T00:00:00Z,mistral-l,euro,5,EUR,1,600,0,0,0,false
            2024-12-01T00:00:00Z,2025-01-01T00:00:00Z,mistral-l,beta,7,USD,1,500,0,0,0,false
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void csvPagesAreLinked() {
    String path = "/v1/costs?" + YEAR + "&group_by=model&limit=3";
    Answer first = getCsv(path);
    String link = first.header("Link");
    assertThat(link).startsWith("</v1/costs?").endsWith("; rel=\"next\"");
    Answer second = getCsv(link.substring(1, link.indexOf('>')));

    assertThat(second.header("Link")).isEmpty();
    assertThat(first.body().lines().count() + second.body().lines().count()).isEqualTo(2 + 4);
  }

  @Test
  void anythingElseAcceptedIsJson() {
    for (String accept : new String[] {null, "*/*", "text/html,*/*;q=0.8", "application/*"}) {
      Answer answer = get("/v1/costs?" + YEAR, READER, accept);
      assertThat(answer.header("Content-Type")).as("Accept %s", accept).contains("json");
    }
    assertThat(get("/v1/costs?" + YEAR, READER, "image/png").status()).isEqualTo(406);
  }

  @Test
  void limitCountsResultsOfOneBucket() {
    List<JsonNode> pages = pages("/v1/costs?" + YEAR + "&group_by=user_id&limit=2");

    List<String> users = new ArrayList<>();
    BigDecimal usd = BigDecimal.ZERO;
    for (JsonNode page : pages) {
      JsonNode results = page.path("data").get(0).path("results");
      assertThat(results.size()).isLessThanOrEqualTo(2);
      for (JsonNode result : results) {
        users.add(result.path("user_id").asString() + result.path("amount").path("currency"));
        if (result.path("amount").path("currency").asString().equals("USD")) {
          usd = usd.add(new BigDecimal(result.path("amount").path("value").asString()));
        }
      }
    }
    assertThat(users).hasSize(5).doesNotHaveDuplicates();
    assertThat(usd).isEqualByComparingTo("1234567897.223000000000000001");
  }

  @Test
  void limitCountsBucketsWhereThereAreMany() {
    List<JsonNode> pages = pages("/v1/costs?" + YEAR + "&bucket_width=1M&limit=5");

    assertThat(pages).hasSize(3);
    assertThat(pages.stream().map(page -> page.path("data").size())).containsExactly(5, 5, 2);
    assertThat(pages.get(2).path("data").get(1).path("end_time").asString())
        .isEqualTo("2025-01-01T00:00:00Z");
  }

  @Test
  void totalsKeepCurrenciesApart() {
    JsonNode both = get("/v1/totals?" + YEAR).json();
    assertThat(both.path("requests").asLong()).isEqualTo(6);
    assertThat(both.path("succeeded").asLong()).isEqualTo(6);
    assertThat(both.path("total_tokens").asLong()).isEqualTo(2100);
    assertThat(both.path("total_cost").isNull()).isTrue();
    assertThat(both.path("amounts").toString())
        .isEqualTo(
            "[{\"value\":\"5\",\"currency\":\"EUR\"},{\"value\":\"1234567897.223000000000000001\",\"currency\":\"USD\"}]");

    JsonNode one = get("/v1/totals?" + YEAR + "&projects=euro").json();
    assertThat(one.path("total_cost").asString()).isEqualTo("5");
    assertThat(one.path("currency").asString()).isEqualTo("EUR");
  }

  @Test
  void totalsOfNothingAreZero() {
    JsonNode none = get("/v1/totals?start_time=1999-01-01&end_time=1999-01-02").json();

    assertThat(none.path("requests").asLong(-1)).isZero();
    assertThat(none.path("total_cost").asString()).isEqualTo("0");
    assertThat(none.path("currency").asString()).isEqualTo("USD");
    assertThat(none.path("is_floor").asBoolean()).isFalse();
  }

  @Test
  void totalsSayHowFarTheLedgerIsComplete() {
    LEDGER.execute(
        """
        truncate ledger.ledger_offset;
        insert into ledger.ledger_offset (topic_id, partition, topic, next_offset, complete_through)
        values (gen_random_uuid(), 0, 'llm.request.costed', 1, '2024-05-01T00:00:01Z'),
               (gen_random_uuid(), 1, 'llm.request.costed', 1, '2024-05-01T00:00:00Z'),
               (gen_random_uuid(), 0, 'llm.request.costed-dlt', 1, null),
               (gen_random_uuid(), 0, 'of another purpose', 1, '2020-01-01T00:00:00Z')
        """);

    assertThat(get("/v1/totals?" + YEAR).json().path("complete_through").asString())
        .isEqualTo("2024-05-01T00:00:00Z");
    assertThat(getCsv("/v1/totals?" + YEAR + "&projects=euro").body())
        .isEqualTo(
            """
            requests,succeeded,failed,cancelled,prompt_tokens,completion_tokens,total_tokens,total_cost,currency,fallback_requests,unpriced_requests,is_floor,complete_through
            1,1,0,0,600,0,600,5,EUR,0,0,false,2024-05-01T00:00:00Z
            """
                .replace("\n", "\r\n"));
  }
}
