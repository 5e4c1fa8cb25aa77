package io.llmcost.client.provider;

/**
 * Knows one API of one or more providers: what its requests ask and what its answers used. Pure and
 * stateless: no HTTP, no Kafka.
 */
public interface ProviderAdapter {

  /** Returns the event's operation: chat, responses, embeddings … */
  String operation();

  /**
   * Returns whether this adapter reads the answers of {@code path}.
   *
   * @param provider a provider id: openai, anthropic … or a configured name
   * @param method the request's HTTP method
   * @param path the request's path, without query, decoded or not
   */
  boolean reads(String provider, String method, String path);

  /**
   * Returns whether the same answer can be fetched again later. Such an answer's event id derives
   * from (provider, the provider's id, created_at), and its occurred_at is created_at.
   */
  default boolean refetchable() {
    return false;
  }

  /**
   * Returns what {@code requestBody} asks for; {@link RequestFacts#NONE} where it is unreadable.
   */
  RequestFacts read(byte[] requestBody, String path);

  /** Returns a reader for the answer that {@code head} begins. */
  AnswerReader answer(AnswerHead head);
}
