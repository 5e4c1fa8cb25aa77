package io.llmcost.client.request;

import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapters;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our request in each provider's form, and each provider's answer in ours. */
public final class ChatApis {
  private static final String OPENAI_PATH = "/v1/chat/completions";

  private static final Map<String, ChatApi> APIS =
      Map.of(
          "openai", OpenAiChatApi.own(OPENAI_PATH),
          "azure", OpenAiChatApi.own("/openai/v1/chat/completions"),
          "perplexity", OpenAiChatApi.compatible("/chat/completions"),
          "anthropic", new AnthropicMessagesApi(),
          "gemini", new GeminiGenerateApi(),
          "cohere", new CohereChatApi(),
          "bedrock", new BedrockConverseApi());
  private static final ChatApi OTHERS = OpenAiChatApi.compatible(OPENAI_PATH);

  private final ProviderAdapters adapters;

  /** Reads usage with {@code adapters}, as for every other call. */
  public ChatApis(ProviderAdapters adapters) {
    this.adapters = adapters;
  }

  /**
   * Returns {@code request} as {@code provider} takes it; empty where its paths hold what a request
   * does not say: Vertex's project and location.
   *
   * @param provider a provider id, or the name of a server that speaks OpenAI's API
   */
  public Optional<ProviderRequest> request(LlmRequest request, String provider, String model) {
    return provider.equals("vertex")
        ? Optional.empty()
        : Optional.of(api(provider).request(request, model));
  }

  private static ChatApi api(String provider) {
    return APIS.getOrDefault(provider, OTHERS);
  }

  /**
   * Returns what a provider answered; empty where that is no JSON object.
   *
   * @param path the provider's path that was called
   * @param headers of the answer by lower-case name
   */
  public Optional<LlmAnswer> read(
      String provider,
      String path,
      int httpStatus,
      UnaryOperator<@Nullable String> headers,
      byte[] body) {
    JsonNode answer;
    try {
      answer = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    if (!answer.isObject()) {
      return Optional.empty();
    }
    ChatApi.Said said = api(provider).read(answer);
    return Optional.of(
        new LlmAnswer(
            said.text(),
            said.reason() == null ? null : FinishReason.of(said.reason()),
            said.reason(),
            said.id(),
            completion(provider, path, new AnswerHead(httpStatus, headers), body)));
  }

  private Completion completion(String provider, String path, AnswerHead head, byte[] body) {
    return adapters
        .find(provider, "POST", path)
        .map(
            adapter -> {
              AnswerReader reader = adapter.answer(head);
              reader.accept(body);
              return reader.end();
            })
        .orElseGet(Completion::notUnderstood);
  }
}
