package io.llmcost.client.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFactsTest {
  private static final String CHAT = "/v1/chat/completions";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model\":\"m\",\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}",
        "{ \"stream\" : true , \"stream_options\" : { } }"
            + "|{ \"stream\" : true , \"stream_options\" : {\"include_usage\":true } }",
        "{\"stream_options\":{\"x\":[1]},\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true,\"x\":[1]},\"stream\":true}",
        "{\"stream_options\":null,\"stream\":true}"
            + "|{\"stream_options\":{\"include_usage\":true},\"stream\":true}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":false}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\": null}}"
            + "|{\"stream\":true,\"stream_options\":{\"include_usage\": true}}",
        "{\"ü\":\"é\",\"stream\":true,\"stream_options\":{\"include_usage\":false,\"z\":1}}"
            + "|{\"ü\":\"é\",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"z\":1}}"
      })
  void usageIsAskedForByAChangeOfNothingElse(String body, String expected) {
    RequestFacts facts = read("openai", body);
    BodySplice splice = Objects.requireNonNull(facts.askForUsage());

    assertThat(facts.streamed()).isTrue();
    assertThat(new String(splice.apply(body.getBytes(UTF_8)), UTF_8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\"}",
        "{\"model\":\"m\",\"stream\":false}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
      })
  void usageIsNotAskedForWhereItComesAnyway(String body) {
    assertThat(read("openai", body).askForUsage()).isNull();
    assertThat(read("openai", body).modelRequested()).isEqualTo("m");
  }

  @Test
  void providersThatTellUnaskedAreNotAsked() {
    assertThat(read("mistral", "{\"stream\":true}").askForUsage()).isNull();
    assertThat(read("somebody", "{\"stream\":true}").askForUsage()).isNotNull();
  }

  @Test
  void modelWithinAMessageIsNotTheRequests() {
    RequestFacts facts =
        read("openai", "{\"messages\":[{\"model\":\"no\",\"stream\":true}],\"model\":\"yes\"}");

    assertThat(facts).isEqualTo(new RequestFacts("yes", false, null));
  }

  @Test
  void azuresDeploymentIsTheModelAskedFor() {
    RequestFacts facts =
        Answers.adapter("azure", CHAT)
            .read("{}".getBytes(UTF_8), "/openai/deployments/my-gpt/chat/completions");

    assertThat(facts.modelRequested()).isEqualTo("my-gpt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "nonsense", "{\"model\":\"m\"", "{\"model\":", "\"text\""})
  void unreadableBodySaysNothing(String body) {
    assertThat(read("openai", body)).isEqualTo(RequestFacts.NONE);
  }

  @Test
  void bodyOfManyMegabytesIsReadWithoutBeingKept() {
    String image = "A".repeat(40_000_000);
    String body = "{\"messages\":[{\"image\":\"" + image + "\"}],\"model\":\"m\",\"stream\":true}";

    assertThat(read("anthropic", "/v1/messages", body))
        .isEqualTo(new RequestFacts("m", true, null));
  }

  private static RequestFacts read(String provider, String body) {
    return read(provider, CHAT, body);
  }

  private static RequestFacts read(String provider, String path, String body) {
    return Answers.adapter(provider, path).read(body.getBytes(UTF_8), path);
  }
}
