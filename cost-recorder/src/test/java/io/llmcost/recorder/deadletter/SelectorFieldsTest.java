package io.llmcost.recorder.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SelectorFieldsTest {
  private static final String ID = "019ab000-0000-7000-8000-000000000001";

  private static JsonNode json(String text) {
    return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
  }

  @Test
  void aBodyAndAQueryMeanTheSame() {
    Selector ofBody =
        SelectorFields.ofAct(
            json(
                "{'cause': 'conflict', 'topic': ['a', 'b'], 'from': '2026-11-01T00:00:00+01:00',"
                    + " 'state': ['open'], 'ids': ['"
                    + ID
                    + "', '"
                    + ID
                    + "'], 'message': 'x'}"),
            false);
    Selector ofQuery =
        SelectorFields.of(
            Map.of(
                "cause", List.of("CONFLICT"),
                "topic", List.of("a", "b"),
                "from", List.of("2026-10-31T23:00:00Z"),
                "state", List.of("open"),
                "ids", List.of(ID),
                "message", List.of("x")));
    assertThat(ofBody).isEqualTo(ofQuery);
    assertThat(ofBody.from()).isEqualTo(Instant.parse("2026-10-31T23:00:00Z"));
    assertThat(
            SelectorFields.ofAct(
                json(JsonMapper.builder().build().writeValueAsString(SelectorJson.of(ofBody))),
                false))
        .isEqualTo(ofBody);
  }

  @Test
  void anActOnEverythingMustSaySo() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> SelectorFields.ofAct(null, false));
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> SelectorFields.ofAct(json("{'ids': []}"), false));
    assertThat(SelectorFields.ofAct(null, true).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'projct': 'a'}            | selector.projct
          {'cause': 'BORED'}         | selector.cause
          {'state': 'lost'}          | selector.state
          {'from': 'yesterday'}      | selector.from
          {'from': ['a', 'b']}       | selector.from
          {'ids': 'x'}               | selector.ids
          {'key': 7}                 | selector.key
          {'key': 'a\\u0000b'}       | selector.key
          ['a']                      | selector
          """)
  void whatIsWrongIsNamed(String body, String field) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> SelectorFields.ofAct(json(body), false))
        .satisfies(refused -> assertThat(refused.field()).isEqualTo(field));
  }

  @Test
  void anActTakesOnlyTheStatesThatItCan() {
    List<LetterState> possible = List.of(LetterState.OPEN, LetterState.PARKED);
    Selector any = SelectorFields.ofAct(null, true);
    assertThat(LetterActs.actable(any, possible).states()).isEqualTo(possible);
    Selector parked = SelectorFields.ofAct(json("{'state': 'parked'}"), false);
    assertThat(LetterActs.actable(parked, possible)).isEqualTo(parked);
    Selector recorded = SelectorFields.ofAct(json("{'state': 'recorded'}"), false);
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> LetterActs.actable(recorded, possible));
  }
}
