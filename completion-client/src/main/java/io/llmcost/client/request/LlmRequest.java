package io.llmcost.client.request;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.schemas.EventRules.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a chat model, whichever provider serves it: what {@code POST /v1/requests} of the
 * gateway takes. Made by its {@link #builder}; a request that breaks a rule is an {@link
 * InvalidLlmRequestException} that names each field and the remedy.
 *
 * @param messages in order, at least one of them not the system's; a prompt is one of the user's
 * @param requestType what the call is for: reports group by it
 * @param model the provider's name of it; null for the gateway's default
 * @param provider a provider id; null where the model tells
 * @param context for whom the call is made; its source is the gateway's to say
 * @param temperature 0 to 2; null leaves it to the provider
 * @param maxTokens most tokens of the answer
 */
public record LlmRequest(
    List<Message> messages,
    String requestType,
    @Nullable String model,
    @Nullable String provider,
    LlmCallContext context,
    @Nullable BigDecimal temperature,
    int maxTokens) {
  /** The temperature where none is given. */
  public static final BigDecimal DEFAULT_TEMPERATURE = new BigDecimal("0.7");

  /** The most tokens of an answer where none are given. */
  public static final int DEFAULT_MAX_TOKENS = 1000;

  private static final BigDecimal MAX_TEMPERATURE = BigDecimal.valueOf(2);
  private static final int MAX_MAX_TOKENS = 10_000_000;
  private static final int MAX_MESSAGES = 10_000;

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** One message of a conversation, in plain text. */
  public record Message(Role role, String content) {
    public Message {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }
  }

  public LlmRequest {
    messages = List.copyOf(messages);
    List<Violation> violations = new ArrayList<>(0);
    check(violations, messages);
    if (requestType == null || requestType.isBlank()) {
      violations.add(
          new Violation(
              "request_type",
              "is required: name what the call is for, for instance summary; reports group by it"));
    }
    notBlank(violations, "model", model);
    notBlank(violations, "provider", provider);
    check(violations, temperature, maxTokens);
    violations.addAll(CompletedEvents.violations(context));
    if (!violations.isEmpty()) {
      throw new InvalidLlmRequestException(violations);
    }
  }

  private static void check(List<Violation> found, List<Message> messages) {
    if (messages.isEmpty()) {
      found.add(new Violation("prompt", "is required: give prompt, or messages with at least one"));
    } else if (messages.size() > MAX_MESSAGES) {
      found.add(
          new Violation("messages", messages.size() + "; at most " + MAX_MESSAGES + " are taken"));
    } else if (messages.stream().allMatch(message -> message.role() == Role.SYSTEM)) {
      found.add(new Violation("messages", "need one of the user; all are the system's"));
    }
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).content().isBlank()) {
        found.add(
            new Violation(
                messages.size() == 1 ? "prompt" : "messages[" + i + "].content",
                "is blank: say what the model is to answer"));
      }
    }
  }

  private static void check(
      List<Violation> found, @Nullable BigDecimal temperature, int maxTokens) {
    if (temperature != null
        && (temperature.signum() < 0 || temperature.compareTo(MAX_TEMPERATURE) > 0)) {
      found.add(
          new Violation(
              "temperature",
              temperature.toPlainString() + " is not between 0 and 2; leave it out for 0.7"));
    }
    if (maxTokens < 1 || maxTokens > MAX_MAX_TOKENS) {
      found.add(
          new Violation(
              "max_tokens",
              maxTokens + " is not between 1 and " + MAX_MAX_TOKENS + "; leave it out for 1000"));
    }
  }

  private static void notBlank(List<Violation> found, String field, @Nullable String value) {
    if (value != null && value.isBlank()) {
      found.add(new Violation(field, "is blank; leave it out for the default"));
    }
  }

  /** Begins a request; {@code requestType} is what the call is for. */
  public static Builder builder(String requestType) {
    return new Builder(requestType);
  }

  /** Returns this request of {@code name}, where it names no model of its own. */
  public LlmRequest orModel(@Nullable String name) {
    return model != null || name == null
        ? this
        : new LlmRequest(messages, requestType, name, provider, context, temperature, maxTokens);
  }

  /** A request that is being put together. For one thread. */
  public static final class Builder {
    private static final String SOURCE = "any";

    private final String requestType;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable String model;
    private @Nullable String provider;
    private @Nullable String project;
    private @Nullable String userId;
    private @Nullable String trackableType;
    private @Nullable String trackableId;
    private @Nullable String requestId;
    private @Nullable BigDecimal temperature = DEFAULT_TEMPERATURE;
    private int maxTokens = DEFAULT_MAX_TOKENS;

    private Builder(String requestType) {
      this.requestType = requestType;
    }

    /** Adds what the user says. */
    public Builder prompt(String text) {
      return message(Role.USER, text);
    }

    /** Adds a message. */
    public Builder message(Role role, String content) {
      messages.add(new Message(role, content));
      return this;
    }

    public Builder model(@Nullable String value) {
      model = value;
      return this;
    }

    public Builder provider(@Nullable String value) {
      provider = value;
      return this;
    }

    public Builder project(@Nullable String value) {
      project = value;
      return this;
    }

    public Builder user(@Nullable String value) {
      userId = value;
      return this;
    }

    /** Names the caller's own object that the call is made for. */
    public Builder trackable(String type, String id) {
      trackableType = type;
      trackableId = id;
      return this;
    }

    public Builder tags(Map<String, String> more) {
      tags.putAll(more);
      return this;
    }

    public Builder metadata(Map<String, String> more) {
      metadata.putAll(more);
      return this;
    }

    /** Names the call; a retry carries the same name again. */
    public Builder requestId(@Nullable String value) {
      requestId = value;
      return this;
    }

    /** Sets the temperature, 0 to 2; null leaves it to the provider. */
    public Builder temperature(@Nullable BigDecimal value) {
      temperature = value;
      return this;
    }

    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws InvalidLlmRequestException it breaks a rule
     */
    public LlmRequest build() {
      return new LlmRequest(
          messages,
          requestType,
          model,
          provider,
          new LlmCallContext(
              SOURCE,
              project,
              userId,
              requestType,
              trackableType,
              trackableId,
              null,
              tags,
              metadata,
              requestId),
          temperature,
          maxTokens);
    }
  }
}
