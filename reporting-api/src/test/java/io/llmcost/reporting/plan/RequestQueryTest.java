package io.llmcost.reporting.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestQueryTest {

  @Test
  void nothingIsRequired() {
    RequestQuery query = read("");

    assertThat(query.start()).isEmpty();
    assertThat(query.end()).isEmpty();
    assertThat(query.limit()).isEqualTo(50);
  }

  @Test
  void nextPageBeginsAfterItsPlace() {
    RequestQuery.Place place =
        new RequestQuery.Place(Instant.parse("2026-11-01T00:00:00.000001Z"), UUID.randomUUID());
    String token = read("models=a&cost_statuses=UNPRICED").nextPage(place);

    assertThat(read("models=a&cost_statuses=UNPRICED&limit=7&page=" + token).after())
        .contains(place);
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> read("models=b&cost_statuses=UNPRICED&page=" + token))
        .satisfies(e -> assertThat(e.field()).isEqualTo("page"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start_time=2&end_time=1   | end_time      | is not after",
        "cost_statuses=priced      | cost_statuses | PRICED, FREE",
        "limit=51                  | limit         | from 1 to 50",
        "user_id=u                 | user_id       | did you mean user_ids?",
        "group_by=model            | group_by      | is no parameter here"
      })
  void wrongParameterIsNamedWithARemedy(String query, String field, String remedy) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> read(query))
        .satisfies(
            e -> {
              assertThat(e.field()).isEqualTo(field);
              assertThat(e.reason()).contains(remedy);
            });
  }

  private static RequestQuery read(String query) {
    return RequestQuery.of(Queries.parameters(query), Queries.LIMITS);
  }
}
