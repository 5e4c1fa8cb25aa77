package io.llmcost.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The API document says what the API does. */
class OpenApiIT extends ReportingApi {

  @Test
  void documentHasEveryPathParameterAndRefusal() {
    Answer answer = get("/v3/api-docs");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode document = answer.json();

    assertThat(document.path("paths").propertyNames())
        .containsExactlyInAnyOrder(
            "/v1/costs",
            "/v1/totals",
            "/v1/reported-costs",
            "/v1/requests",
            "/v1/requests/{event_id}");
    JsonNode costs = document.path("paths").path("/v1/costs").path("get");
    assertThat(names(costs.path("parameters")))
        .containsExactly(
            "start_time",
            "end_time",
            "bucket_width",
            "time_zone",
            "group_by",
            "projects",
            "user_ids",
            "providers",
            "models",
            "request_types",
            "operations",
            "statuses",
            "shape",
            "limit",
            "page");
    assertThat(costs.path("parameters").get(0).path("required").asBoolean()).isTrue();
    assertThat(costs.path("responses").propertyNames()).contains("200", "400", "401", "403", "503");
    assertThat(costs.path("responses").path("200").path("content").propertyNames())
        .containsExactlyInAnyOrder("application/json", "text/csv");
    assertThat(document.path("components").path("securitySchemes").path("bearer").path("scheme"))
        .hasToString("\"bearer\"");
    assertThat(document.path("security").get(0).has("bearer")).isTrue();
  }

  @Test
  void documentNamesFieldsAsTheAnswersDo() {
    JsonNode schemas = get("/v3/api-docs").json().path("components").path("schemas");

    assertThat(schemas.path("Problem").path("properties").propertyNames())
        .contains("type", "title", "status", "detail", "field", "reason", "instance");
    assertThat(schemas.path("Totals").path("properties").propertyNames())
        .containsExactlyElementsOf(
            new ArrayList<>(
                get("/v1/totals?start_time=1999-01-01&end_time=1999-01-02")
                    .json()
                    .propertyNames()));
    assertThat(schemas.path("Request").path("properties").propertyNames())
        .contains("event_id", "provider_reported_cost", "line_items", "revisions", "flags");
    assertThat(schemas.path("CostPage").path("properties").propertyNames())
        .contains("object", "data", "has_more", "next_page");
    assertThat(schemas.propertyNames()).contains("CostBucket", "CostResult", "FlatCost");
  }

  @Test
  void exampleOfEachParameterIsTaken() {
    JsonNode costs = get("/v3/api-docs").json().path("paths").path("/v1/costs").path("get");
    StringBuilder query = new StringBuilder("/v1/costs?");
    for (JsonNode parameter : costs.path("parameters")) {
      JsonNode example = parameter.path("example");
      if (!example.isMissingNode()) {
        String value = example.isArray() ? example.get(0).asString() : example.asString();
        query
            .append(parameter.path("name").asString())
            .append('=')
            .append(encode(value))
            .append('&');
      }
    }
    assertThat(get(query.toString()).status()).as(query.toString()).isEqualTo(200);
  }

  private static List<String> names(JsonNode parameters) {
    List<String> names = new ArrayList<>();
    parameters.forEach(p -> names.add(p.path("name").asString()));
    return names;
  }
}
