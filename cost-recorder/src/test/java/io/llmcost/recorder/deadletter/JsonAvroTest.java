package io.llmcost.recorder.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.recorder.Costed;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonAvroTest {
  private static final JsonMapper json = JsonMapper.builder().build();
  private static final LlmRequestCosted EVENT =
      Costed.at(Instant.parse("2026-11-24T12:34:56.789012Z")).event();

  private static JsonNode shown() {
    return json.valueToTree(AvroJson.of(EVENT));
  }

  private static LlmRequestCosted patched(String patch) {
    JsonNode edited = MergePatch.apply(shown(), json.readTree(patch.replace('\'', '"')));
    return JsonAvro.event(edited, LlmRequestCosted.class);
  }

  @Test
  void whatIsShownIsReadBackAsItWas() {
    assertThat(JsonAvro.event(shown(), LlmRequestCosted.class)).isEqualTo(EVENT);
    LlmRequestCompleted completed = EVENT.getCompleted();
    assertThat(JsonAvro.event(json.valueToTree(AvroJson.of(completed)), LlmRequestCompleted.class))
        .isEqualTo(completed);
  }

  @Test
  void aPatchChangesWhatItNamesAndRemovesToTheDefault() {
    LlmRequestCosted edited =
        patched(
            "{'completed': {'project': 'books', 'user_id': null, 'tags': {'team': null},"
                + " 'occurred_at': '2026-11-24T13:00:00+01:00'}}");
    assertThat(edited.getCompleted().getProject()).isEqualTo("books");
    assertThat(edited.getCompleted().getUserId()).isNull();
    assertThat(edited.getCompleted().getTags()).containsOnlyKeys("note");
    assertThat(edited.getCompleted().getOccurredAt())
        .isEqualTo(Instant.parse("2026-11-24T12:00:00Z"));
    assertThat(edited.getLineItems()).isEqualTo(EVENT.getLineItems());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'completed': {'projct': 'x'}}              | event.completed.projct
          {'completed': {'event_id': null}}           | event.completed.event_id
          {'completed': {'event_id': 7}}              | event.completed.event_id
          {'completed': {'occurred_at': 'yesterday'}} | event.completed.occurred_at
          {'completed': {'streamed': 'yes'}}          | event.completed.streamed
          {'completed': {'http_status': 1.5}}         | event.completed.http_status
          {'completed': {'latency_millis': 'x'}}      | event.completed.latency_millis
          {'completed': {'tags': ['a']}}              | event.completed.tags
          {'completed': {'usage': {}}}                | event.completed.usage
          {'total_cost': '0.1234567890123456789'}     | event.total_cost
          {'total_cost': 'much'}                      | event.total_cost
          {'total_cost': 0.5}                         | event.total_cost
          {'completion_digest': 'abcd'}               | event.completion_digest
          {'completion_digest': 'no hex'}             | event.completion_digest
          """)
  void aFieldThatIsNotWhatTheSchemaHasIsNamed(String patch, String field) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> patched(patch))
        .satisfies(refused -> assertThat(refused.field()).isEqualTo(field));
  }

  @Test
  void differencesNameEveryPlaceOnce() {
    JsonNode before = json.readTree("{\"a\":1,\"b\":{\"c\":[1,2]},\"d\":null,\"e\":[1]}");
    JsonNode after = json.readTree("{\"a\":1,\"b\":{\"c\":[1,3]},\"e\":[1,2],\"f\":\"new\"}");
    List<Difference> differences = Difference.between(before, after);
    assertThat(differences).extracting(Difference::path).containsExactly("b.c[1]", "d", "e", "f");
    assertThat(differences.getFirst().before()).hasToString("2");
    assertThat(differences.getLast().before()).isNull();
  }
}
