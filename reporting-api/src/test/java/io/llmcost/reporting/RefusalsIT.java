package io.llmcost.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is not answered, and how that is said. */
class RefusalsIT extends ReportingApi {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/costs?start_time=0",
        "/v1/totals?start_time=0",
        "/v1/requests",
        "/v1/requests/019ab3c4-5d6e-7f80-91a2-b3c4d5e6f708",
        "/v3/api-docs",
        "/actuator/prometheus",
        "/nowhere"
      })
  void everythingNeedsATokenOfAReader(String path) {
    Answer none = get(path, null, "application/json");
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(none.header("Content-Type")).startsWith("application/problem+json");
    assertThat(get(path, "wrong", "text/csv").status()).isEqualTo(401);

    Answer emitter = get(path, EMITTER, "application/json");
    assertThat(emitter.status()).isEqualTo(403);
    assertThat(emitter.json().path("detail").asString()).contains("role");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/costs?start_time=2026-02-01T00:00:00Z&end_time=2026-01-01T00:00:00Z | end_time",
        "/v1/costs?start_time=0&group_by=colour | group_by",
        "/v1/costs?start_time=0&grop_by=model | grop_by",
        "/v1/costs?start_time=0&limit=1000000 | limit",
        "/v1/costs?start_time=0&page=AAAA | page",
        "/v1/totals?start_time=0&time_zone=Mars | time_zone",
        "/v1/totals | start_time",
        "/v1/requests?limit=-1 | limit",
        "/v1/costs?start_time=0&projects=%00 | projects",
        "/v1/costs?start_time=0&projects=%FF | query"
      })
  void wrongParameterIsAProblemThatNamesIt(String path, String field) {
    for (String accept : new String[] {"application/json", "text/csv", null}) {
      Answer refused = get(path, READER, accept);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
      JsonNode problem = refused.json();
      assertThat(problem.path("status").asInt()).isEqualTo(400);
      assertThat(problem.path("field").asString()).isEqualTo(field);
      assertThat(problem.path("reason").asString()).isNotBlank();
      assertThat(problem.path("detail").asString()).startsWith(field + ": ");
    }
  }

  @Test
  void unknownPathIsNotFound() {
    assertThat(get("/v1/cost?start_time=0").status()).isEqualTo(404);
  }
}
