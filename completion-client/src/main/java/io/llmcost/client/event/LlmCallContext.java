package io.llmcost.client.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For whom and for what a call is made: what the provider cannot know, and reports group by.
 *
 * @param source the service that makes the call
 * @param trackableType the kind of the caller's own object that the call is made for, and its id;
 *     both or neither
 * @param requestId the caller's own id of the call; a retry carries it again
 */
public record LlmCallContext(
    String source,
    @Nullable String project,
    @Nullable String userId,
    @Nullable String requestType,
    @Nullable String trackableType,
    @Nullable String trackableId,
    @Nullable String apiKeyId,
    Map<String, String> tags,
    Map<String, String> metadata,
    @Nullable String requestId) {

  public LlmCallContext {
    if (source.isBlank()) {
      throw new IllegalArgumentException("source is blank");
    }
    if ((trackableType == null) != (trackableId == null)) {
      throw new IllegalArgumentException("a trackable needs both its type and its id");
    }
    tags = Map.copyOf(tags);
    metadata = Map.copyOf(metadata);
  }

  /** Returns a context that tells the source alone. */
  public static LlmCallContext of(String source) {
    return new LlmCallContext(source, null, null, null, null, null, null, Map.of(), Map.of(), null);
  }

  public LlmCallContext withProject(@Nullable String value) {
    return new LlmCallContext(
        source,
        value,
        userId,
        requestType,
        trackableType,
        trackableId,
        apiKeyId,
        tags,
        metadata,
        requestId);
  }

  public LlmCallContext withUser(@Nullable String value) {
    return new LlmCallContext(
        source,
        project,
        value,
        requestType,
        trackableType,
        trackableId,
        apiKeyId,
        tags,
        metadata,
        requestId);
  }

  public LlmCallContext withRequestType(@Nullable String value) {
    return new LlmCallContext(
        source,
        project,
        userId,
        value,
        trackableType,
        trackableId,
        apiKeyId,
        tags,
        metadata,
        requestId);
  }

  public LlmCallContext withTrackable(String type, String id) {
    return new LlmCallContext(
        source,
        project,
        userId,
        requestType,
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(id, "id"),
        apiKeyId,
        tags,
        metadata,
        requestId);
  }

  public LlmCallContext withApiKeyId(@Nullable String value) {
    return new LlmCallContext(
        source,
        project,
        userId,
        requestType,
        trackableType,
        trackableId,
        value,
        tags,
        metadata,
        requestId);
  }

  public LlmCallContext withTag(String name, String value) {
    return new LlmCallContext(
        source,
        project,
        userId,
        requestType,
        trackableType,
        trackableId,
        apiKeyId,
        plus(tags, name, value),
        metadata,
        requestId);
  }

  public LlmCallContext withMetadata(String name, String value) {
    return new LlmCallContext(
        source,
        project,
        userId,
        requestType,
        trackableType,
        trackableId,
        apiKeyId,
        tags,
        plus(metadata, name, value),
        requestId);
  }

  public LlmCallContext withRequestId(@Nullable String value) {
    return new LlmCallContext(
        source,
        project,
        userId,
        requestType,
        trackableType,
        trackableId,
        apiKeyId,
        tags,
        metadata,
        value);
  }

  private static Map<String, String> plus(Map<String, String> map, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }
}
