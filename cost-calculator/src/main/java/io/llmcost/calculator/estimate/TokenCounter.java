package io.llmcost.calculator.estimate;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens of a prompt: by the model's own tokenizer where its provider publishes one,
 * which of those priced here is OpenAI alone; for others by OpenAI's newest, said to be an
 * estimate.
 */
final class TokenCounter {

  private static final Set<String> OPENAI = Set.of("openai", "azure");

  // Beginnings of names, after what Azure and OpenRouter may put before them.
  private static final List<String> O200K =
      List.of("gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "o1", "o3", "o4", "chatgpt-4o", "gpt-oss");
  private static final List<String> CL100K =
      List.of("gpt-4", "gpt-3.5", "gpt-35", "text-embedding-");

  // As OpenAI's own examples count chat messages: role and marks of each, and the answer's start.
  private static final int TOKENS_A_MESSAGE = 3;
  private static final int TOKENS_A_NAME = 1;
  private static final int TOKENS_OF_THE_ANSWER = 3;

  // Read from the class path when the first text comes: they are some megabytes each.
  private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();

  /** How a number of tokens came about. */
  enum Source {
    /** The caller said so. */
    GIVEN,
    /** The model's own tokenizer. */
    TOKENIZER,
    /** Another model's tokenizer. */
    ESTIMATED;

    /** Returns the name of this source in JSON. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * So many tokens.
   *
   * @param method what was counted with
   */
  record Count(long tokens, Source source, String method) {}

  /** A message of a chat. */
  record Message(String role, String content, @Nullable String name) {}

  /** Counts a text that is the whole prompt. */
  Count text(String provider, String model, String text) {
    Tokenizer tokenizer = tokenizer(provider, model);
    return new Count(
        encoding(tokenizer).countTokensOrdinary(text), tokenizer.source(), tokenizer.method());
  }

  /** Counts the messages of a chat, with what the provider adds to each. */
  Count messages(String provider, String model, List<Message> messages) {
    Tokenizer tokenizer = tokenizer(provider, model);
    Encoding encoding = encoding(tokenizer);
    long tokens = TOKENS_OF_THE_ANSWER;
    for (Message message : messages) {
      tokens += TOKENS_A_MESSAGE;
      tokens += encoding.countTokensOrdinary(message.role());
      tokens += encoding.countTokensOrdinary(message.content());
      if (message.name() != null) {
        tokens += TOKENS_A_NAME + encoding.countTokensOrdinary(message.name());
      }
    }
    return new Count(
        tokens,
        tokenizer.source(),
        tokenizer.method()
            + ", and %d tokens a message and %d for the answer's start"
                .formatted(TOKENS_A_MESSAGE, TOKENS_OF_THE_ANSWER));
  }

  private record Tokenizer(EncodingType type, Source source, String method) {}

  private Encoding encoding(Tokenizer tokenizer) {
    return encodings.getEncoding(tokenizer.type());
  }

  private static Tokenizer tokenizer(String provider, String model) {
    String name = model.toLowerCase(Locale.ROOT);
    boolean routed = name.startsWith("openai/");
    String bare = routed ? name.substring("openai/".length()) : name;
    if (OPENAI.contains(provider.toLowerCase(Locale.ROOT)) || routed) {
      if (O200K.stream().anyMatch(bare::startsWith)) {
        return new Tokenizer(EncodingType.O200K_BASE, Source.TOKENIZER, "o200k_base");
      }
      if (CL100K.stream().anyMatch(bare::startsWith)) {
        return new Tokenizer(EncodingType.CL100K_BASE, Source.TOKENIZER, "cl100k_base");
      }
    }
    return new Tokenizer(
        EncodingType.O200K_BASE,
        Source.ESTIMATED,
        "OpenAI's o200k_base, since no tokenizer of this model is known here");
  }
}
