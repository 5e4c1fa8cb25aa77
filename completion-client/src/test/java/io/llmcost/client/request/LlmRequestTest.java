package io.llmcost.client.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.llmcost.client.request.LlmRequest.Message;
import io.llmcost.client.request.LlmRequest.Role;
import io.llmcost.schemas.EventRules.Violation;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a request needs, what it is where nothing is said, and how a wrong one is told. */
class LlmRequestTest {

  private static LlmRequest read(String json) {
    return LlmRequestJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Violation> violations(String json) {
    return catchThrowableOfType(InvalidLlmRequestException.class, () -> read(json)).violations();
  }

  private static void refused(String json, String field, String reason) {
    assertThat(violations(json))
        .as(json)
        .anySatisfy(
            found -> {
              assertThat(found.field()).isEqualTo(field);
              assertThat(found.reason()).contains(reason);
            });
  }

  @Test
  void aPromptAndARequestTypeAreEnough() {
    LlmRequest request = read("{\"prompt\":\"Hello\",\"request_type\":\"greeting\"}");

    assertThat(request.messages()).containsExactly(new Message(Role.USER, "Hello"));
    assertThat(request.requestType()).isEqualTo("greeting");
    assertThat(request.context().requestType()).isEqualTo("greeting");
    assertThat(request.model()).isNull();
    assertThat(request.orModel("m").model()).isEqualTo("m");
    assertThat(request.temperature()).isEqualTo(new BigDecimal("0.7"));
    assertThat(request.maxTokens()).isEqualTo(1000);
  }

  @Test
  void everythingThatMayBeSaidIsReadAndWrittenAlike() {
    LlmRequest request =
        read(
            """
            {"messages": [{"role": "system", "content": "Be brief."},
                          {"role": "user", "content": "Hi"},
                          {"role": "assistant", "content": "Hello"},
                          {"role": "user", "content": "Bye"}],
             "request_type": "chat", "model": "claude-haiku-4-5", "provider": "anthropic",
             "project": "shop", "user_id": "u-1", "trackable": {"type": "ticket", "id": "7"},
             "tags": {"team": "a"}, "metadata": {"k": "v"}, "request_id": "r-1",
             "temperature": 0.25, "max_tokens": 50}
            """);

    assertThat(request.messages())
        .extracting(Message::role)
        .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.USER);
    assertThat(request.orModel("other").model()).isEqualTo("claude-haiku-4-5");
    assertThat(request.provider()).isEqualTo("anthropic");
    assertThat(request.context().project()).isEqualTo("shop");
    assertThat(request.context().userId()).isEqualTo("u-1");
    assertThat(request.context().trackableType()).isEqualTo("ticket");
    assertThat(request.context().trackableId()).isEqualTo("7");
    assertThat(request.context().tags()).isEqualTo(Map.of("team", "a"));
    assertThat(request.context().metadata()).isEqualTo(Map.of("k", "v"));
    assertThat(request.context().requestId()).isEqualTo("r-1");
    assertThat(request.temperature()).isEqualByComparingTo("0.25");
    assertThat(request.maxTokens()).isEqualTo(50);
    assertThat(LlmRequestJson.read(LlmRequestJson.write(request))).isEqualTo(request);
  }

  @Test
  void javaAndJsonMakeTheSameRequest() {
    LlmRequest built =
        LlmRequest.builder("summary")
            .prompt("Sum it up")
            .model("gpt-4.1")
            .user("u-1")
            .trackable("ticket", "7")
            .metadata(Map.of("k", "v"))
            .requestId("r-1")
            .temperature(null)
            .build();

    assertThat(
            read(
                """
                {"prompt": "Sum it up", "request_type": "summary", "model": "gpt-4.1", "user": "u-1",
                 "trackable": {"type": "ticket", "id": "7"}, "metadata": {"k": "v"},
                 "request_id": "r-1", "temperature": null}
                """))
        .isEqualTo(built);
    assertThat(built.temperature()).isNull();
    assertThat(LlmRequestJson.read(LlmRequestJson.write(built))).isEqualTo(built);
  }

  @Test
  void whatIsWrongNamesTheFieldAndTheRemedy() {
    refused("{}", "prompt", "is required: give prompt, or messages");
    refused("{}", "request_type", "is required: name what the call is for");
    refused("{\"prompt\":\" \",\"request_type\":\"t\"}", "prompt", "is blank");
    refused("{\"prompt\":7,\"request_type\":\"t\"}", "prompt", "has to be a string");
    String base = "{\"prompt\":\"p\",\"request_type\":\"t\",";
    refused(base + "\"temperature\":2.1}", "temperature", "2.1 is not between 0 and 2");
    refused(base + "\"temperature\":\"hot\"}", "temperature", "has to be a number");
    refused(base + "\"max_tokens\":0}", "max_tokens", "is not between 1 and");
    refused(base + "\"max_tokens\":1.5}", "max_tokens", "whole number");
    refused(base + "\"model\":\"\"}", "model", "is blank");
    refused(base + "\"stream\":true}", "stream", "the provider's own path");
    refused(base + "\"requesttype\":\"t\"}", "requesttype", "did you mean request_type?");
    refused(base + "\"trackable\":{\"type\":\"t\"}}", "trackable.id", "is required");
    refused(base + "\"messages\":[]}", "prompt", "beside messages");
    refused(base + "\"user_id\":\"" + "u".repeat(513) + "\"}", "user_id", "at most 512");
    String said = "{\"request_type\":\"t\",\"messages\":";
    refused(said + "[{\"role\":\"tool\",\"content\":\"x\"}]}", "messages[0].role", "none of");
    refused(said + "[{\"role\":\"user\"}]}", "messages[0].content", "is required");
    refused(said + "[{\"role\":\"system\",\"content\":\"x\"}]}", "messages", "one of the user");
    refused(said + "[7]}", "messages[0]", "has to be an object");
    refused(said + "\"x\"}", "messages", "has to be an array");
    refused("[]", "body", "has to be an object");
    refused("{", "body", "is no JSON");
  }

  @Test
  void allThatIsWrongIsToldAtOnceAndNothingTwice() {
    assertThat(violations("{\"messages\":[{\"role\":\"user\"}],\"max_tokens\":0}"))
        .extracting(Violation::field)
        .containsExactly("messages[0].content", "request_type", "max_tokens");
    assertThatThrownBy(() -> LlmRequest.builder("").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prompt: is required")
        .hasMessageContaining("request_type: is required");
  }
}
