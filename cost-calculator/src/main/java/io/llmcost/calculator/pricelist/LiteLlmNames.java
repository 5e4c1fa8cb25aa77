package io.llmcost.calculator.pricelist;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** LiteLLM's names of providers, models and places, in the price book's. */
final class LiteLlmNames {

  private static final Map<String, String> PROVIDERS =
      Map.ofEntries(
          Map.entry("azure_ai", "azure"),
          Map.entry("azure_text", "azure"),
          Map.entry("bedrock_converse", "bedrock"),
          Map.entry("bedrock_mantle", "bedrock"),
          Map.entry("amazon_nova", "bedrock"),
          Map.entry("cohere_chat", "cohere"),
          Map.entry("text-completion-codestral", "codestral"),
          Map.entry("text-completion-openai", "openai"),
          Map.entry("text-completion-inception", "inception"),
          Map.entry("fireworks_ai", "fireworks"),
          Map.entry("fireworks_ai-embedding-models", "fireworks"),
          Map.entry("together_ai", "together"),
          Map.entry("moonshot", "moonshotai"),
          Map.entry("voyage", "voyageai"),
          Map.entry("github_copilot", "github-copilot"),
          Map.entry("palm", "vertex"));

  // The first part of a model's name where it says again who sells it.
  private static final Map<String, Set<String>> PREFIXES =
      Map.of(
          "vertex", Set.of("vertex_ai"),
          "azure", Set.of("azure", "azure_ai"),
          "bedrock", Set.of("bedrock", "bedrock_mantle", "amazon_nova"),
          "fireworks", Set.of("fireworks_ai"),
          "together", Set.of("together_ai"),
          "moonshotai", Set.of("moonshot"),
          "voyageai", Set.of("voyage"),
          "codestral", Set.of("codestral", "text-completion-codestral"),
          "inception", Set.of("inception", "text-completion-inception"),
          "github-copilot", Set.of("github_copilot"));

  private static final Set<String> AZURE_REGIONS = Set.of("eu", "us");
  private static final Set<String> EVERYWHERE = Set.of("global", "global-standard", "*");
  private static final Pattern AWS_REGION = Pattern.compile("[a-z]{2}(-gov)?-[a-z]+-\\d");

  private LiteLlmNames() {}

  /**
   * What one name of the list says.
   *
   * @param rented capacity by the hour: none of its prices is for a call
   */
  record Name(String provider, String model, @Nullable String region, boolean rented) {}

  /**
   * @param key the list's name of a model
   * @param provider its {@code litellm_provider}
   */
  static Name of(String key, String provider) {
    String ours =
        provider.startsWith("vertex_ai") ? "vertex" : PROVIDERS.getOrDefault(provider, provider);
    List<String> parts = new ArrayList<>(Arrays.asList(key.split("/", -1)));
    if (parts.size() > 1 && PREFIXES.getOrDefault(ours, Set.of(ours)).contains(parts.getFirst())) {
      parts.removeFirst();
    }
    String region = null;
    if (parts.size() > 1 && isPlace(ours, parts.getFirst())) {
      String place = parts.removeFirst();
      region = EVERYWHERE.contains(place) ? null : place;
    }
    boolean rented = parts.getFirst().endsWith("-month-commitment");
    return new Name(ours, String.join("/", parts), region, rented);
  }

  private static boolean isPlace(String provider, String part) {
    return switch (provider) {
      case "azure" -> AZURE_REGIONS.contains(part) || EVERYWHERE.contains(part);
      case "bedrock" -> AWS_REGION.matcher(part).matches() || EVERYWHERE.contains(part);
      default -> false;
    };
  }
}
