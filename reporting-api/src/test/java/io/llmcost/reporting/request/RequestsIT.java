package io.llmcost.reporting.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.LedgerFixture;
import io.llmcost.reporting.LedgerFixture.Entry;
import io.llmcost.reporting.ReportingApi;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /v1/requests} over HTTP, on a few entries of 2023. */
class RequestsIT extends ReportingApi {

  private static final String YEAR =
      "start_time=2023-01-01T00:00:00Z&end_time=2024-01-01T00:00:00Z";
  private static final Instant AT = Instant.parse("2023-05-01T10:00:00.123456Z");
  private static final UUID FULL = LedgerFixture.idAt(AT);
  private static final UUID REPRICING = UUID.randomUUID();

  @BeforeAll
  static void entries() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      // Five at the same instant: the order goes on by id.
      String at = "2023-06-%02dT00:00:00Z".formatted(1 + i / 5);
      entries.add(Entry.of("list", at, i, "1.5").at("m" + i % 2, "u-" + i % 3));
    }
    entries.add(Entry.of("list", "2023-06-10T00:00:00Z", 1, "0").unpriced());
    entries.add(Entry.of("full", AT.toString(), 1, "0"));
    LEDGER.insert(entries);
    LEDGER.execute("delete from ledger.cost_entry where project = 'full'");
    LEDGER.execute(
        """
        insert into ledger.cost_entry values
         ('%1$s', 0, null, '2023-05-01T10:00:01Z', '%2$s', 'svc', 'full', 'anthropic', 'messages',
          'claude-latest', 'claude-x', 'claude-x', 'standard', 'eu', 'summary', 'u-9', 'ticket', 'T-1', 'k1',
          '{"team": "blue"}', '{"k": "v"}', 'succeeded', 200, null, true, 1500, 120, 'estimated', true, 1200,
          0.5, 'USD', 'order-1', 'ext-1', '\\x00', 1, 0, 1, 1000, 100, 7, 'UNPRICED', 'USD', 0, 0, 0,
          '[{"meter": "input", "quantity": "1000", "status": "UNPRICED", "amount": "0"},
            {"meter": "output", "quantity": "0.000000001", "status": "UNPRICED", "amount": "0"}]'),
         ('%1$s', 1, '%3$s', '2023-05-02T00:00:00Z', '%2$s', 'svc', 'full', 'anthropic', 'messages',
          'claude-latest', 'claude-x', 'claude-x', 'standard', 'eu', 'summary', 'u-9', 'ticket', 'T-1', 'k1',
          '{"team": "blue"}', '{"k": "v"}', 'succeeded', 200, null, true, 1500, 120, 'provider', false, 1200,
          0.5, 'USD', 'order-1', 'ext-1', '\\x00', 0, 0, -1, 200, -50, 8, 'PRICED', 'USD', 0.0375, 0.036, 0.0015,
          '[{"meter": "input", "quantity": "1200", "status": "PRICED", "unit_price": "30", "unit": 1000000, "amount": "0.036", "price_id": "p-1"},
            {"meter": "output_reasoning", "quantity": "50", "model": "claude-y", "status": "PRICED", "unit_price": "30", "unit": 1000000, "amount": "0.0015", "price_id": "p-2", "rate_substituted": true}]')
        """
            .formatted(FULL, AT, REPRICING));
  }

  @Test
  void oneRequestShowsItsEventItsCostAndEveryRevision() {
    assertThat(get("/v1/requests/" + FULL).body())
        .isEqualTo(
            """
            {"event_id":"%1$s","external_id":"ext-1","occurred_at":"2023-05-01T10:00:00.123456Z","recorded_at":"2023-05-01T10:00:01Z",\
            "source":"svc","project":"full","provider":"anthropic","operation":"messages","model_requested":"claude-latest",\
            "model":"claude-x","billed_model":"claude-x","service_tier":"standard","region":"eu","request_type":"summary",\
            "user_id":"u-9","trackable":{"type":"ticket","id":"T-1"},"api_key_id":"k1","tags":{"team":"blue"},"metadata":{"k":"v"},\
            "status":"succeeded","http_status":200,"error_code":null,"streamed":true,"latency_millis":1500,\
            "time_to_first_token_millis":120,"request_id":"order-1","usage_source":"provider","usage_inconsistent":false,\
            "context_tokens":1200,"provider_reported_cost":{"value":"0.5","currency":"USD"},\
            "prompt_tokens":1200,"completion_tokens":50,"total_tokens":1250,\
            "usage":[{"meter":"input","quantity":1200},{"meter":"output_reasoning","quantity":50,"model":"claude-y"}],\
            "cost":{"status":"PRICED","currency":"USD","total":"0.0375","prompt":"0.036","completion":"0.0015"},"reported_difference":{"value":"0.4625","currency":"USD"},\
            "line_items":[{"meter":"input","quantity":1200,"status":"PRICED","unit_price":"30","unit":1000000,"amount":"0.036","price_id":"p-1","rate_substituted":false},\
            {"meter":"output_reasoning","quantity":50,"model":"claude-y","status":"PRICED","unit_price":"30","unit":1000000,"amount":"0.0015","price_id":"p-2","rate_substituted":true}],\
            "revisions":[{"revision":0,"repricing_id":null,"recorded_at":"2023-05-01T10:00:01Z","price_book_version":7,"requests":1,"fallback_requests":0,"unpriced_requests":1,\
            "prompt_tokens":1000,"completion_tokens":100,"cost":{"status":"UNPRICED","currency":"USD","total":"0","prompt":"0","completion":"0"},\
            "line_items":[{"meter":"input","quantity":1000,"status":"UNPRICED","unit_price":null,"unit":null,"amount":"0","price_id":null,"rate_substituted":false},\
            {"meter":"output","quantity":0.000000001,"status":"UNPRICED","unit_price":null,"unit":null,"amount":"0","price_id":null,"rate_substituted":false}]},\
            {"revision":1,"repricing_id":"%2$s","recorded_at":"2023-05-02T00:00:00Z","price_book_version":8,"requests":0,"fallback_requests":0,"unpriced_requests":-1,\
            "prompt_tokens":200,"completion_tokens":-50,"cost":{"status":"PRICED","currency":"USD","total":"0.0375","prompt":"0.036","completion":"0.0015"},\
            "line_items":[{"meter":"input","quantity":1200,"status":"PRICED","unit_price":"30","unit":1000000,"amount":"0.036","price_id":"p-1","rate_substituted":false},\
            {"meter":"output_reasoning","quantity":50,"model":"claude-y","status":"PRICED","unit_price":"30","unit":1000000,"amount":"0.0015","price_id":"p-2","rate_substituted":true}]}],\
            "flags":["rate_substituted","revised"]}\
            """
                .formatted(FULL, REPRICING));
  }

  @Test
  void unknownRequestIsNotFoundAndNoUuidIsRefused() {
    Answer unknown = get("/v1/requests/" + UUID.randomUUID());
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(unknown.json().path("detail").asString()).contains("complete_through");

    for (String id : List.of("1-1-1-1-1", "order-1", FULL + "0")) {
      Answer refused = get("/v1/requests/" + id);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().path("field").asString()).isEqualTo("event_id");
      assertThat(refused.json().path("reason").asString()).contains("external_id");
    }
  }

  @Test
  void requestsAreFoundByForeignIdsWithoutATime() {
    for (String query : List.of("external_id=ext-1", "request_id=order-1")) {
      JsonNode found = get("/v1/requests?" + query).json();
      assertThat(found.path("data")).hasSize(1);
      JsonNode request = found.path("data").get(0);
      assertThat(request.path("event_id").asString()).isEqualTo(FULL.toString());
      assertThat(request.path("cost").path("total").asString()).isEqualTo("0.0375");
      assertThat(request.path("cost").path("status").asString()).isEqualTo("PRICED");
      assertThat(request.path("total_tokens").asLong()).isEqualTo(1250);
      assertThat(request.path("revision_count").asInt()).isEqualTo(2);
      assertThat(request.path("trackable").path("id").asString()).isEqualTo("T-1");
    }
    assertThat(get("/v1/requests?external_id=ext-2").json().path("data")).isEmpty();
  }

  @Test
  void listIsNewestFirstAndItsPagesHaveEachRequestOnce() {
    String path = "/v1/requests?" + YEAR + "&projects=list";
    JsonNode whole = get(path).json();
    assertThat(whole.path("data")).hasSize(26);
    assertThat(whole.path("has_more").asBoolean()).isFalse();
    List<String> ids = ids(List.of(whole));

    List<JsonNode> pages = pages(path + "&limit=4");
    assertThat(pages).hasSize(7);
    assertThat(ids(pages)).isEqualTo(ids).doesNotHaveDuplicates();
    List<String> times = new ArrayList<>();
    whole.path("data").forEach(r -> times.add(r.path("occurred_at").asString()));
    assertThat(times).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void filtersNarrowTheList() {
    assertThat(count("&projects=list&models=m1")).isEqualTo(12);
    assertThat(count("&projects=list&models=m1&user_ids=u-0")).isEqualTo(4);
    assertThat(count("&projects=list&statuses=failed")).isZero();
    assertThat(count("&projects=list&cost_statuses=UNPRICED")).isEqualTo(1);
    // What was unpriced at first counts as what it is now.
    assertThat(count("&projects=full&cost_statuses=UNPRICED")).isZero();
    assertThat(count("&projects=full&cost_statuses=PRICED")).isEqualTo(1);
    assertThat(
            get("/v1/requests?start_time=2023-06-05T00:00:00Z&end_time=2023-06-10T00:00:00Z")
                .json()
                .path("data"))
        .hasSize(5);
  }

  @Test
  void listIsCsvToo() {
    Answer csv = getCsv("/v1/requests?external_id=ext-1");

    List<String> lines = csv.body().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("event_id,occurred_at,recorded_at,source,project,");
    assertThat(lines.get(1))
        .isEqualTo(
            FULL
                + ",2023-05-01T10:00:00.123456Z,2023-05-01T10:00:01Z,svc,full,anthropic,messages,claude-latest,claude-x,summary,u-9,ticket,T-1,succeeded,order-1,ext-1,1200,50,1250,PRICED,USD,0.0375,0.036,0.0015,2");
    assertThat(getCsv("/v1/requests?projects=list&limit=1&" + YEAR).header("Link"))
        .contains("rel=\"next\"");
  }

  private int count(String filters) {
    return get("/v1/requests?" + YEAR + filters).json().path("data").size();
  }

  private static List<String> ids(List<JsonNode> pages) {
    List<String> ids = new ArrayList<>();
    pages.forEach(page -> page.path("data").forEach(r -> ids.add(r.path("event_id").asString())));
    return ids;
  }
}
