package io.llmcost.client.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.provider.MeterReading;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.request.LlmRequest.Role;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request in the form of each provider, and the answer of each in one form. */
class ChatApisTest {
  private final ChatApis apis = new ChatApis(ProviderAdapters.standard());
  private final LlmRequest request =
      LlmRequest.builder("t")
          .message(Role.SYSTEM, "Be brief.")
          .message(Role.USER, "Hi")
          .message(Role.ASSISTANT, "Hello")
          .message(Role.USER, "Bye")
          .maxTokens(50)
          .build();

  private ProviderRequest made(String provider, String model) {
    return apis.request(request, provider, model).orElseThrow();
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private void asks(String provider, String model, String path, String body) {
    ProviderRequest made = made(provider, model);
    assertThat(made.path()).isEqualTo(path);
    assertThat(JsonMapper.shared().readTree(made.body())).isEqualTo(json(body));
  }

  @Test
  void openAiAndThoseWhoSpeakLikeIt() {
    String messages =
        "'messages':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'},"
            + "{'role':'assistant','content':'Hello'},{'role':'user','content':'Bye'}]";
    asks(
        "openai",
        "gpt-4.1",
        "/v1/chat/completions",
        "{'model':'gpt-4.1'," + messages + ",'temperature':0.7,'max_completion_tokens':50}");
    asks(
        "mistral",
        "m",
        "/v1/chat/completions",
        "{'model':'m'," + messages + ",'temperature':0.7,'max_tokens':50}");
    asks(
        "cohere",
        "command-a",
        "/v2/chat",
        "{'model':'command-a'," + messages + ",'temperature':0.7,'max_tokens':50}");
    assertThat(made("perplexity", "sonar").path()).isEqualTo("/chat/completions");
    assertThat(made("azure", "mine").path()).isEqualTo("/openai/v1/chat/completions");
    assertThat(made("our-own", "m").path()).isEqualTo("/v1/chat/completions");
  }

  @Test
  void modelsThatTakeNoTemperatureGetNoneThatNobodyAskedFor() {
    for (String model : new String[] {"o3-mini", "gpt-5", "GPT-5.2-pro"}) {
      assertThat(new String(made("openai", model).body(), StandardCharsets.UTF_8))
          .as(model)
          .doesNotContain("temperature");
    }
    for (String model : new String[] {"gpt-4o", "gpt-5-chat-latest", "omni"}) {
      assertThat(new String(made("openai", model).body(), StandardCharsets.UTF_8))
          .as(model)
          .contains("temperature");
    }
  }

  @Test
  void anthropic() {
    asks(
        "anthropic",
        "claude-haiku-4-5",
        "/v1/messages",
        "{'model':'claude-haiku-4-5','max_tokens':50,'system':'Be brief.','messages':["
            + "{'role':'user','content':'Hi'},{'role':'assistant','content':'Hello'},"
            + "{'role':'user','content':'Bye'}],'temperature':0.7}");
    assertThat(made("anthropic", "c").headers())
        .isEqualTo(Map.of("anthropic-version", "2023-06-01"));
  }

  @Test
  void gemini() {
    asks(
        "gemini",
        "gemini-2.5-flash",
        "/v1beta/models/gemini-2.5-flash:generateContent",
        "{'systemInstruction':{'parts':[{'text':'Be brief.'}]},'contents':["
            + "{'role':'user','parts':[{'text':'Hi'}]},{'role':'model','parts':[{'text':'Hello'}]},"
            + "{'role':'user','parts':[{'text':'Bye'}]}],"
            + "'generationConfig':{'maxOutputTokens':50,'temperature':0.7}}");
  }

  @Test
  void bedrock() {
    asks(
        "bedrock",
        "eu.amazon.nova-lite-v1:0",
        "/model/eu.amazon.nova-lite-v1%3A0/converse",
        "{'system':[{'text':'Be brief.'}],'messages':[{'role':'user','content':[{'text':'Hi'}]},"
            + "{'role':'assistant','content':[{'text':'Hello'}]},"
            + "{'role':'user','content':[{'text':'Bye'}]}],"
            + "'inferenceConfig':{'maxTokens':50,'temperature':0.7}}");
  }

  @Test
  void vertexHasItsProjectInThePath() {
    assertThat(apis.request(request, "vertex", "gemini-2.5-flash")).isEmpty();
  }

  private LlmAnswer read(String provider, String body) {
    return apis.read(
            provider,
            made(provider, "m").path(),
            200,
            name -> null,
            body.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        .orElseThrow();
  }

  @Test
  void everyAnswerHasOneForm() {
    String openAi =
        "{'id':'c-1','model':'gpt-4.1-2025','choices':[{'message':{'content':'Hi'},"
            + "'finish_reason':'length'}],'usage':{'prompt_tokens':5,'completion_tokens':2}}";
    String anthropic =
        "{'id':'msg','model':'claude','content':[{'type':'thinking','thinking':'hm'},"
            + "{'type':'text','text':'H'},{'type':'text','text':'i'}],'stop_reason':'max_tokens',"
            + "'usage':{'input_tokens':5,'output_tokens':2}}";
    String gemini =
        "{'responseId':'g','modelVersion':'gemini','candidates':[{'content':{'parts':["
            + "{'text':'hm','thought':true},{'text':'Hi'}]},'finishReason':'MAX_TOKENS'}],"
            + "'usageMetadata':{'promptTokenCount':5,'candidatesTokenCount':2,'totalTokenCount':7}}";
    String cohere =
        "{'id':'co','message':{'content':[{'type':'text','text':'Hi'}]},"
            + "'finish_reason':'MAX_TOKENS',"
            + "'usage':{'billed_units':{'input_tokens':5,'output_tokens':2}}}";
    String bedrock =
        "{'output':{'message':{'content':[{'text':'Hi'}]}},'stopReason':'max_tokens',"
            + "'usage':{'inputTokens':5,'outputTokens':2,'totalTokens':7}}";
    Map.of(
            "openai", openAi,
            "mistral", openAi,
            "anthropic", anthropic,
            "gemini", gemini,
            "cohere", cohere,
            "bedrock", bedrock)
        .forEach(
            (provider, body) -> {
              LlmAnswer answer = read(provider, body);
              assertThat(answer.text()).as(provider).isEqualTo("Hi");
              assertThat(answer.finishReason()).as(provider).isEqualTo(FinishReason.LENGTH);
              assertThat(answer.completion().usage())
                  .as(provider)
                  .containsExactly(MeterReading.of("input", 5), MeterReading.of("output", 2));
            });
    assertThat(read("openai", openAi).providerId()).isEqualTo("c-1");
    assertThat(read("anthropic", anthropic).completion().model()).isEqualTo("claude");
  }

  @Test
  void whatIsMissingIsEmptyAndNotGuessed() {
    for (String provider :
        new String[] {"openai", "anthropic", "gemini", "cohere", "bedrock", "own"}) {
      LlmAnswer answer = read(provider, "{}");
      assertThat(answer.text()).as(provider).isEmpty();
      assertThat(answer.finishReason()).as(provider).isNull();
      assertThat(answer.completion().usage()).as(provider).isEmpty();
    }
    LlmAnswer blocked = read("gemini", "{'promptFeedback':{'blockReason':'SAFETY'}}");
    assertThat(blocked.finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(FinishReason.of("something new")).isEqualTo(FinishReason.OTHER);
    assertThat(apis.read("openai", "/v1/chat/completions", 200, name -> null, new byte[] {'<'}))
        .isEmpty();
    assertThat(apis.read("openai", "/v1/chat/completions", 200, name -> null, new byte[] {'7'}))
        .isEmpty();
  }

  @Test
  void textInPartsIsJoined() {
    assertThat(
            read(
                    "mistral",
                    "{'choices':[{'message':{'content':[{'type':'thinking','thinking':[]},"
                        + "{'type':'text','text':'Hi'}]}}]}")
                .text())
        .isEqualTo("Hi");
  }
}
