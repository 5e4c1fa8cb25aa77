package io.llmcost.client.provider;

import java.util.List;
import java.util.Optional;

/** The adapters that are known, and which of them reads a given call. */
public final class ProviderAdapters {
  private final List<ProviderAdapter> adapters;

  /**
   * Takes the adapters in the order in which they are asked; the first that reads a call has it.
   */
  public ProviderAdapters(List<ProviderAdapter> adapters) {
    this.adapters = List.copyOf(adapters);
  }

  /** Returns the adapters of this version; a new one is one more line here. */
  public static ProviderAdapters standard() {
    return new ProviderAdapters(
        List.of(
            OpenAiChat.xai(),
            OpenAiChat.google(),
            OpenAiChat.perplexity(),
            OpenAiChat.toldUnasked(),
            OpenAiChat.standard(),
            OpenAiChat.completionsToldUnasked(),
            OpenAiChat.completions(),
            new AnthropicMessages(),
            new OpenAiResponses(),
            new OpenAiEmbeddings(),
            new OpenAiImages(),
            new OpenAiTranscription(),
            new OpenAiSpeech(),
            new OpenAiRealtime(),
            new GeminiGenerate(),
            new GeminiEmbeddings(),
            new GeminiLive(),
            new VertexPredict(),
            new BedrockConverse(),
            BedrockInvoke.embeddings(),
            BedrockInvoke.others(),
            Cohere.chat(),
            Cohere.embed(),
            Cohere.rerank(),
            Cohere.classify(),
            new MistralOcr(),
            new XaiGrpc()));
  }

  /**
   * Returns the adapter of a call; empty where the path is none that bills (a model list, a file).
   *
   * @param provider a provider id, or a configured name
   * @param method the HTTP method
   * @param path the request's path, query allowed
   */
  public Optional<ProviderAdapter> find(String provider, String method, String path) {
    int query = path.indexOf('?');
    String bare = query < 0 ? path : path.substring(0, query);
    return adapters.stream().filter(a -> a.reads(provider, method, bare)).findFirst();
  }
}
