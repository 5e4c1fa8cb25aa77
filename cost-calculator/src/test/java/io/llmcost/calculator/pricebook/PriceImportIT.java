package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PriceImportIT {

  private final CalculatorFixture calculator = CalculatorFixture.shared();
  private final String model = "it-" + UUID.randomUUID();

  private Answer importing(String query, String list) {
    return calculator.post(
        "/v1/prices/import" + query, PRICE_ADMIN, list.getBytes(StandardCharsets.UTF_8));
  }

  private List<JsonNode> listed() {
    return calculator
        .get("/v1/prices?model=" + model, READER)
        .json()
        .path("data")
        .valueStream()
        .toList();
  }

  private String liteLlm(String input, String output) {
    return """
    {"%s": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": %s,
      "output_cost_per_token": %s, "input_cost_per_token_batches": 5e-07,
      "input_cost_per_token_above_200k_tokens": 2e-06, "max_tokens": 4096}}\
    """
        .formatted(model, input, output);
  }

  @Test
  void aDryRunShowsAndChangesNothingAndTwiceIsOnce() {
    Answer dry = importing("?dry_run=true", liteLlm("1e-06", "4e-06"));
    assertThat(dry.status()).isEqualTo(200);
    assertThat(dry.json().path("applied").asBoolean()).isFalse();
    assertThat(dry.json().path("added")).hasSize(5);
    assertThat(listed()).isEmpty();

    Answer applied = importing("", liteLlm("1e-06", "4e-06"));
    assertThat(applied.status()).isEqualTo(200);
    assertThat(applied.json().path("applied").asBoolean()).isTrue();
    assertThat(applied.json().path("added")).hasSize(5);
    assertThat(listed())
        .extracting(
            p ->
                p.path("meter").asString()
                    + p.path("service_tier").asString()
                    + p.path("context_above").asLong()
                    + "="
                    + p.path("unit_price").asString())
        .containsExactlyInAnyOrder(
            "input*0=1", "output*0=4", "inputbatch0=0.5", "input*200000=2", "inputbatch200000=2");

    Answer again = importing("", liteLlm("1e-06", "4e-06"));
    assertThat(again.json().path("unchanged").asInt()).isEqualTo(5);
    assertThat(again.json().path("added")).isEmpty();
    assertThat(again.json().path("changed")).isEmpty();
    assertThat(again.json().path("price_book_version"))
        .isEqualTo(applied.json().path("price_book_version"));
  }

  @Test
  void aChangeFollowsOnTheOldRateAndTheAuditHasIt() {
    importing("?effective_from=2026-01-01", liteLlm("1e-06", "4e-06"));
    Answer changed = importing("?effective_from=2026-03-01", liteLlm("2e-06", "4e-06"));
    assertThat(changed.json().path("changed")).hasSize(1);
    assertThat(changed.json().at("/changed/0/previous/0/unit_price").asString()).isEqualTo("1");
    List<JsonNode> inputs =
        listed().stream()
            .filter(price -> price.path("meter").asString().equals("input"))
            .filter(price -> price.path("service_tier").asString().equals("*"))
            .filter(price -> price.path("context_above").asLong() == 0)
            .toList();
    assertThat(inputs)
        .extracting(
            price -> price.path("unit_price").asString(),
            price -> price.path("effective_from").asString(),
            price -> price.path("effective_to").asString(""))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                "1", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            org.assertj.core.groups.Tuple.tuple("2", "2026-03-01T00:00:00Z", ""));
    JsonNode history =
        calculator.get("/v1/prices/" + inputs.getLast().path("id").asString(), READER).json();
    assertThat(history.at("/history/0/superseded/action").asString()).isEqualTo("import");
    assertThat(history.at("/history/0/superseded/actor").asString()).isEqualTo("alice");
    assertThat(history.at("/history/0/superseded/comment").asString())
        .startsWith("litellm, SHA-256");
  }

  @Test
  void aSlipOfTheUnitWaitsForAConfirmation() {
    importing("?effective_from=2026-01-01", liteLlm("1e-06", "4e-06"));
    Answer held = importing("?effective_from=2026-03-01", liteLlm("1e-04", "4e-06"));
    assertThat(held.status()).isEqualTo(200);
    assertThat(held.json().path("changed")).isEmpty();
    assertThat(held.json().at("/held/0/model").asString()).isEqualTo("openai/" + model);
    assertThat(held.json().at("/held/0/reason").asString()).contains("100 times off");
    String confirm = URLEncoder.encode("openai/" + model, StandardCharsets.UTF_8);
    Answer confirmed =
        importing("?effective_from=2026-03-01&confirm=" + confirm, liteLlm("1e-04", "4e-06"));
    assertThat(confirmed.json().path("changed")).hasSize(1);
  }

  @Test
  void aRefusedRowStopsAllUnlessItIsToBeSkippedAndThenItsModelStaysOut() {
    String list =
        """
        provider,model,meter,unit_price,unit
        openai,%1$s,input,1,1000000
        openai,%1$s-b,input,-1,1000000
        openai,%1$s-b,output,2,1000000
        openai,%1$s,nonsense,1,1000000
        openai,%1$s-c,input,1
        openai,%1$s-d,input,1,1000000
        openai,%1$s-d,input,2,1000000\
        """
            .formatted(model);
    Answer refused = importing("", list);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("applied").asBoolean()).isFalse();
    assertThat(refused.json().path("refused").valueStream().map(row -> row.path("row").asString()))
        .containsExactlyInAnyOrder("line 2", "line 3", "line 4", "line 5", "line 6", "line 8");
    assertThat(listed()).isEmpty();
    Answer skipping = importing("?skip_refused=true", list);
    assertThat(skipping.status()).isEqualTo(200);
    assertThat(skipping.json().path("added")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"id\": \"openai\", ",
        "{}",
        "[]",
        "provider,modell\na,b",
        "{\"a\": 1, \"a\": 2}"
      })
  void aHalfReadableFileIsRefusedWhole(String list) {
    Answer refused = importing("", list);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("field")).isEqualTo("file");
  }

  @Test
  void whatWasSeenIsWhatIsAppliedOrNothing() {
    Answer dry = importing("?dry_run=true", liteLlm("1e-06", "4e-06"));
    String etag = dry.response().headers().firstValue("ETag").orElseThrow();
    assertThat(
            calculator
                .post("/v1/prices/import", PRICE_ADMIN, bytes(), "If-Match", "\"price-book-0\"")
                .status())
        .isEqualTo(412);
    assertThat(listed()).isEmpty();
    assertThat(
            calculator.post("/v1/prices/import", PRICE_ADMIN, bytes(), "If-Match", etag).status())
        .isEqualTo(200);
    assertThat(listed()).hasSize(5);
  }

  private byte[] bytes() {
    return liteLlm("1e-06", "4e-06").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aFormTakesTheListToo() {
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.json\"\r\n\r\n"
            + liteLlm("1e-06", "4e-06")
            + "\r\n--x--\r\n";
    Answer applied =
        calculator.post(
            "/v1/prices/import",
            PRICE_ADMIN,
            form.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "multipart/form-data; boundary=x");
    assertThat(applied.status()).isEqualTo(200);
    assertThat(listed()).hasSize(5);
  }

  @Test
  void onlyAPriceAdminImports() {
    assertThat(calculator.post("/v1/prices/import", READER, bytes()).status()).isEqualTo(403);
  }

  @Test
  void genAiPricesListIsTakenWithItsDatesHoursAndThresholds() {
    String list =
        """
        [{"id": "x-ai", "pricing_urls": ["https://example.com"], "models": [
          {"id": "%s", "match": {"or": [{"starts_with": "%1$s-"}, {"contains": "z%1$s"}]}, "prices": [
            {"prices": {"input_mtok": {"base": 1, "tiers": [{"start": 200000, "price": 2}]}, "output_mtok": 4}},
            {"constraint": {"type": "start_date", "start_date": "2026-05-01"},
             "prices": {"input_mtok": 0.5, "output_mtok": 4}},
            {"constraint": {"type": "time_of_date", "start_time": "16:30:00Z", "end_time": "00:30:00Z"},
             "prices": {"input_mtok": 0.25}}]}]}]\
        """
            .formatted(model);
    Answer applied = importing("?effective_from=beginning", list);
    assertThat(applied.status()).as(applied.json().toString()).isEqualTo(200);
    assertThat(applied.json().path("aliases_added").asInt()).isEqualTo(2);
    assertThat(listed())
        .extracting(
            p ->
                "%s %s %s %s %s %s"
                    .formatted(
                        p.path("provider").asString(),
                        p.path("meter").asString(),
                        p.path("unit_price").asString(),
                        p.path("context_above").asLong(),
                        p.path("time_window").asString(),
                        p.path("effective_from").asString("-")))
        .containsExactlyInAnyOrder(
            "xai input 1 0 * -",
            "xai input 2 200000 * -",
            "xai input 0.5 0 * 2026-05-01T00:00:00Z",
            "xai output 4 0 * -",
            "xai output 4 0 * 2026-05-01T00:00:00Z",
            "xai input 0.25 0 16:30-00:30 -");
  }
}
