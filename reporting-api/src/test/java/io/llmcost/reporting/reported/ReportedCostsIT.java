package io.llmcost.reporting.reported;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.reporting.LedgerFixture.Entry;
import io.llmcost.reporting.ReportingApi;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /v1/reported-costs} over HTTP, on a few entries of a project of its own. */
class ReportedCostsIT extends ReportingApi {

  private static final String ASK =
      "/v1/reported-costs?start_time=2022-01-01&end_time=2023-01-01&projects=reported";

  @BeforeAll
  static void entries() {
    LEDGER.insert(
        List.of(
            Entry.of("reported", "2022-05-01T00:00:00Z", 10, "1").at("near", "u"),
            Entry.of("reported", "2022-05-01T00:00:01Z", 10, "1").at("near", "u"),
            Entry.of("reported", "2022-05-01T00:00:02Z", 10, "2").at("far", "u"),
            Entry.of("reported", "2022-05-01T00:00:03Z", 10, "3").at("euro", "u"),
            Entry.of("reported", "2022-05-01T00:00:04Z", 10, "0").at("unknown", "u").unpriced(),
            Entry.of("reported", "2022-05-01T00:00:05Z", 10, "7").at("silent", "u")));
    LEDGER.execute(
        """
        update ledger.cost_entry set reported_currency = case billed_model when 'euro' then 'EUR' else 'USD' end,
          reported_cost = case billed_model when 'near' then 1 + (extract(second from occurred_at)) * 0.1
                               when 'far' then 185 when 'unknown' then 0.25 else 3 end
         where project = 'reported' and billed_model <> 'silent';
        insert into ledger.cost_entry (event_id, revision, repricing_id, recorded_at, occurred_at, source, project,
          provider, operation, model, billed_model, request_type, user_id, status, streamed, usage_source,
          usage_inconsistent, completion_digest, requests, fallback_requests, unpriced_requests, prompt_tokens,
          completion_tokens, price_book_version, cost_status, currency, total_cost, prompt_cost, completion_cost, line_items)
        select event_id, 1, gen_random_uuid(), recorded_at, occurred_at, source, project, provider, operation, model,
          billed_model, request_type, user_id, status, streamed, usage_source, usage_inconsistent, completion_digest, 0, 0,
          0, 0, 0, 2, cost_status, currency, 0.5, 0.5, 0, line_items
          from ledger.cost_entry where project = 'reported' and billed_model = 'far';
        """);
  }

  @Test
  void theLargestDifferencesComeFirstAndRevisionsCount() {
    List<JsonNode> models = get(ASK).json().path("data").valueStream().toList();
    assertThat(models)
        .extracting(
            model -> model.path("model").asString(),
            model -> model.path("requests").asLong(),
            model -> model.at("/cost/value").asString(),
            model -> model.at("/reported/value").asString(),
            model -> model.path("difference").asString(""),
            model -> model.path("difference_percent").asString(""),
            model -> model.path("differing_requests").asLong())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("far", 1L, "2.5", "185", "182.5", "7300", 1L),
            org.assertj.core.groups.Tuple.tuple("unknown", 1L, "0", "0.25", "0.25", "", 1L),
            org.assertj.core.groups.Tuple.tuple("near", 2L, "2", "2.1", "0.1", "5", 1L),
            org.assertj.core.groups.Tuple.tuple("euro", 1L, "3", "3", "", "", 0L));
  }

  @Test
  void filtersAndTimesAreTheOtherReportsOwn() {
    assertThat(get(ASK + "&models=near").json().path("data")).hasSize(1);
    assertThat(get(ASK + "&models=silent").json().path("data")).isEmpty();
    assertThat(get(ASK + "&group_by=model").status()).isEqualTo(400);
    assertThat(get("/v1/reported-costs").status()).isEqualTo(400);
  }
}
