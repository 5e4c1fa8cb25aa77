package io.llmcost.gateway.provider;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The providers that this gateway knows by name, and those of them that it can reach. */
public final class Providers {
  /** First segments of the gateway's own paths, which cannot be a provider's name. */
  private static final Set<String> RESERVED =
      Set.of("v1", "v2", "v1beta", "v1alpha", "v1beta1", "model", "ws", "actuator");

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private static final Map<String, String> BASE_URLS =
      Map.ofEntries(
          Map.entry("openai", "https://api.openai.com"),
          Map.entry("anthropic", "https://api.anthropic.com"),
          Map.entry("gemini", "https://generativelanguage.googleapis.com"),
          Map.entry("vertex", "https://aiplatform.googleapis.com"),
          Map.entry("mistral", "https://api.mistral.ai"),
          Map.entry("cohere", "https://api.cohere.com"),
          Map.entry("deepseek", "https://api.deepseek.com"),
          Map.entry("xai", "https://api.x.ai"),
          Map.entry("groq", "https://api.groq.com/openai"),
          Map.entry("openrouter", "https://openrouter.ai/api"),
          Map.entry("perplexity", "https://api.perplexity.ai"));

  /** Known, but each customer has an address of their own. */
  private static final Set<String> WITHOUT_BASE_URL = Set.of("azure", "bedrock");

  /**
   * What is configured of one provider.
   *
   * @param baseUrl overrides the built-in one; needed where there is none
   * @param apiKey the provider's key for this gateway
   * @param apiKeyFile a file that holds that key instead, read at the start
   * @param aws signs the provider's requests instead, where it is AWS
   */
  public record Configured(
      @Nullable URI baseUrl,
      @Nullable String apiKey,
      @Nullable Path apiKeyFile,
      @Nullable AwsCredentials aws) {

    /** Returns the configuration of a provider that takes a key. */
    public static Configured of(@Nullable URI baseUrl, @Nullable String apiKey) {
      return new Configured(baseUrl, apiKey, null, null);
    }

    /** Returns the configuration of a provider that is AWS. */
    public static Configured signed(@Nullable URI baseUrl, AwsCredentials aws) {
      return new Configured(baseUrl, null, null, aws);
    }

    /** Returns the key, from wherever it is, or null where there is none. */
    @Nullable String key(String id) {
      Path file = apiKeyFile;
      if (file == null) {
        return blankToNull(apiKey);
      }
      String setting = "llmcost.gateway.providers." + id + ".api-key-file";
      if (blankToNull(apiKey) != null) {
        throw new IllegalArgumentException(setting + ": api-key is set as well; leave one out");
      }
      try {
        String key = Files.readString(file).strip();
        if (key.isEmpty()) {
          throw new IllegalArgumentException(setting + ": " + file + " is empty");
        }
        return key;
      } catch (IOException e) {
        throw new IllegalArgumentException(setting + ": " + file + " cannot be read: " + e, e);
      }
    }

    /** Leaves the key out: it must appear in no log. */
    @Override
    public String toString() {
      return "Configured[baseUrl=" + baseUrl + "]";
    }
  }

  private final Map<String, Provider> reachable = new TreeMap<>();
  private final Set<String> known = new TreeSet<>();

  /**
   * Puts the configuration over the built-in base URLs.
   *
   * @param upstream where every provider's base URL becomes {@code upstream/{provider}}, or null
   */
  public Providers(Map<String, Configured> configured, @Nullable URI upstream) {
    known.addAll(BASE_URLS.keySet());
    known.addAll(WITHOUT_BASE_URL);
    known.addAll(configured.keySet());
    for (String id : known) {
      if (!NAME.matcher(id).matches() || RESERVED.contains(id)) {
        throw new IllegalArgumentException(
            "llmcost.gateway.providers." + id + ": no provider can have this name");
      }
      Configured own = configured.get(id);
      URI baseUrl = baseUrl(id, own, upstream);
      if (baseUrl != null) {
        reachable.put(id, provider(id, baseUrl, own));
      }
    }
  }

  private static Provider provider(String id, URI baseUrl, @Nullable Configured own) {
    Provider keyed = Provider.at(id, baseUrl, own == null ? null : own.key(id));
    AwsCredentials aws = own == null ? null : own.aws();
    return aws == null
        ? keyed
        : new Provider(id, keyed.origin(), keyed.basePath(), keyed.key(), aws);
  }

  private static @Nullable URI baseUrl(
      String id, @Nullable Configured own, @Nullable URI upstream) {
    if (upstream != null) {
      String url = upstream.toString();
      return URI.create((url.endsWith("/") ? url : url + "/") + id);
    }
    if (own != null && own.baseUrl() != null) {
      return own.baseUrl();
    }
    if (own != null && own.aws() != null && id.equals("bedrock")) {
      return URI.create("https://bedrock-runtime." + own.aws().region() + ".amazonaws.com");
    }
    String builtIn = BASE_URLS.get(id);
    return builtIn == null ? null : URI.create(builtIn);
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  /** Returns the provider, or null where it is unknown or has no base URL. */
  public @Nullable Provider find(String id) {
    return reachable.get(id);
  }

  /** Returns a provider that is built in with a base URL. */
  Provider builtIn(String id) {
    return Objects.requireNonNull(reachable.get(id), id);
  }

  /** Returns whether the name is a provider's, reachable or not. */
  public boolean isKnown(String id) {
    return known.contains(id);
  }

  static boolean isBuiltIn(String id) {
    return BASE_URLS.containsKey(id) || WITHOUT_BASE_URL.contains(id);
  }

  /** Returns all names, sorted. */
  public Set<String> known() {
    return Collections.unmodifiableSet(known);
  }

  /** Returns whether any provider is reached over TLS. */
  public boolean anyTls() {
    return reachable.values().stream().anyMatch(provider -> provider.origin().tls());
  }
}
