package io.llmcost.gateway.provider;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which provider serves a model, by the beginning of the model's name: the longest rule wins, a
 * configured one before a built-in one of the same length.
 */
public final class ModelRoutes {

  /** A model whose name begins with {@code prefix} is {@code provider}'s. */
  public record Rule(String prefix, String provider) {}

  private static final List<Rule> BUILT_IN =
      List.of(
          new Rule("gpt-", "openai"),
          new Rule("chatgpt-", "openai"),
          new Rule("o1", "openai"),
          new Rule("o3", "openai"),
          new Rule("o4", "openai"),
          new Rule("text-embedding-3", "openai"),
          new Rule("text-embedding-ada", "openai"),
          new Rule("claude-", "anthropic"),
          new Rule("gemini-", "gemini"),
          new Rule("mistral-", "mistral"),
          new Rule("ministral-", "mistral"),
          new Rule("magistral-", "mistral"),
          new Rule("codestral-", "mistral"),
          new Rule("devstral-", "mistral"),
          new Rule("pixtral-", "mistral"),
          new Rule("open-mistral-", "mistral"),
          new Rule("command-", "cohere"),
          new Rule("deepseek-", "deepseek"),
          new Rule("grok-", "xai"),
          new Rule("sonar", "perplexity"));

  private final List<Rule> rules;

  /**
   * Puts configured rules before the built-in ones.
   *
   * @param configured prefix to provider id
   */
  public ModelRoutes(Map<String, String> configured) {
    List<Rule> all = new ArrayList<>();
    configured.forEach((prefix, provider) -> all.add(new Rule(lower(prefix), provider)));
    all.addAll(BUILT_IN);
    all.sort(Comparator.comparingInt((Rule rule) -> rule.prefix().length()).reversed());
    rules = List.copyOf(all);
  }

  /** Returns the id of the provider that serves {@code model}, or null where no rule tells. */
  public @Nullable String providerOf(String model) {
    String name = lower(model);
    for (Rule rule : rules) {
      if (name.startsWith(rule.prefix())) {
        return rule.provider();
      }
    }
    return null;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
