package io.llmcost.gateway.provider;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a request's path, and its model where the path leaves it open, to the provider and the path
 * there. The gateway's paths are those of the providers' own SDKs, so that an SDK's base URL is all
 * that a service changes.
 */
public final class CallRouter {

  /** What the path alone says. */
  public sealed interface Route {
    /** The call goes to {@code target}. */
    record Direct(Target target) implements Route {}

    /** The model decides; {@code otherwise} is where the call goes where it does not. */
    record ByModel(Target otherwise) implements Route {}
  }

  /**
   * Paths that several providers serve: gateway's path to provider to that provider's path. The
   * rest of a provider's paths is its own.
   */
  private static final Map<String, Map<String, String>> SHARED =
      Map.of(
          "/v1/chat/completions",
          Map.ofEntries(
              Map.entry("openai", "/v1/chat/completions"),
              Map.entry("anthropic", "/v1/chat/completions"),
              Map.entry("gemini", "/v1beta/openai/chat/completions"),
              Map.entry("mistral", "/v1/chat/completions"),
              Map.entry("cohere", "/compatibility/v1/chat/completions"),
              Map.entry("deepseek", "/v1/chat/completions"),
              Map.entry("xai", "/v1/chat/completions"),
              Map.entry("groq", "/v1/chat/completions"),
              Map.entry("openrouter", "/v1/chat/completions"),
              Map.entry("perplexity", "/chat/completions")),
          "/v1/responses",
          Map.of("openai", "/v1/responses", "xai", "/v1/responses"),
          "/v1/embeddings",
          Map.of(
              "openai", "/v1/embeddings",
              "gemini", "/v1beta/openai/embeddings",
              "mistral", "/v1/embeddings",
              "cohere", "/compatibility/v1/embeddings"),
          "/v1/messages",
          Map.of("anthropic", "/v1/messages"));

  /** What Google's API does with a model, behind its name and a colon. */
  private static final Set<String> GOOGLES_METHODS =
      Set.of(
          "generateContent",
          "streamGenerateContent",
          "batchGenerateContent",
          "countTokens",
          "embedContent",
          "batchEmbedContents",
          "asyncBatchEmbedContent",
          "predict",
          "predictLongRunning");

  private final Providers providers;
  private final ModelRoutes models;

  /** Routes to {@code providers}, by {@code models} where a path is shared. */
  public CallRouter(Providers providers, ModelRoutes models) {
    this.providers = providers;
    this.models = models;
  }

  /**
   * Reads a path.
   *
   * @param uri path and query as received
   * @param anthropicHeader whether the request carries {@code anthropic-version}, which tells whose
   *     {@code /v1/models} is meant
   * @throws ProblemException 404 for a provider that nobody knows
   */
  public Route route(String uri, boolean anthropicHeader) {
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    String query = mark < 0 ? "" : uri.substring(mark);
    if (!path.startsWith("/")) {
      throw new ProblemException(Problem.badRequest("path", "has to begin with a slash"));
    }
    int slash = path.indexOf('/', 1);
    String first = slash < 0 ? path.substring(1) : path.substring(1, slash);
    String rest = slash < 0 ? "/" : path.substring(slash);
    return switch (first) {
      case "v1" -> firstVersion(path, query, anthropicHeader);
      case "v1beta", "v1alpha" ->
          new Route.Direct(new Target(providers.builtIn("gemini"), path, query));
      case "v1beta1" -> new Route.Direct(new Target(providers.builtIn("vertex"), path, query));
      case "model" -> new Route.Direct(new Target(require("bedrock"), path, query));
      case "ws" ->
          new Route.Direct(
              new Target(
                  providers.builtIn(path.contains(".aiplatform.") ? "vertex" : "gemini"),
                  path,
                  query));
      case "v2" -> new Route.Direct(new Target(providers.builtIn("cohere"), path, query));
      default -> new Route.Direct(new Target(require(first), rest, query));
    };
  }

  private Route firstVersion(String path, String query, boolean anthropicHeader) {
    if (path.startsWith("/v1/projects/")) {
      return new Route.Direct(new Target(providers.builtIn("vertex"), path, query));
    }
    if (isGooglesMethod(path)) {
      return new Route.Direct(new Target(providers.builtIn("gemini"), path, query));
    }
    return shared(path, query, anthropicHeader);
  }

  // Names of models have colons too: OpenAI's that were tuned begin with ft:.
  private static boolean isGooglesMethod(String path) {
    return (path.startsWith("/v1/models/") || path.startsWith("/v1/tunedModels/"))
        && GOOGLES_METHODS.contains(path.substring(path.lastIndexOf(':') + 1));
  }

  private Route shared(String path, String query, boolean anthropicHeader) {
    boolean anthropic = anthropicHeader || path.startsWith("/v1/messages");
    Provider owner = providers.builtIn(anthropic ? "anthropic" : "openai");
    Target target = new Target(owner, path, query);
    return SHARED.containsKey(path) && !path.equals("/v1/messages")
        ? new Route.ByModel(target)
        : new Route.Direct(target);
  }

  /** Returns the id of the provider that serves {@code model}; OpenAI where no rule tells. */
  public String providerOf(String model) {
    String id = models.providerOf(model);
    return id == null ? "openai" : id;
  }

  /** Returns where a call of {@code model} goes. */
  public Target target(Route route, @Nullable String model) {
    return switch (route) {
      case Route.Direct(Target target) -> target;
      case Route.ByModel(Target otherwise) -> {
        String id = model == null ? null : models.providerOf(model);
        String path = id == null ? null : pathAt(id, otherwise.path());
        yield id == null || path == null
            ? otherwise
            : new Target(require(id), path, otherwise.query());
      }
    };
  }

  // A provider of the operator's own is taken for one that speaks OpenAI's paths.
  private static @Nullable String pathAt(String id, String path) {
    Map<String, String> paths = SHARED.getOrDefault(path, Map.of());
    return Providers.isBuiltIn(id) ? paths.get(id) : path;
  }

  private Provider require(String id) {
    Provider provider = providers.find(id);
    if (provider != null) {
      return provider;
    }
    throw new ProblemException(
        providers.isKnown(id)
            ? Problem.invalid(
                404,
                "Provider not configured",
                "provider",
                id + " needs llmcost.gateway.providers." + id + ".base-url")
            : Problem.invalid(
                404,
                "Unknown provider",
                "provider",
                "'" + id + "' is none of " + String.join(", ", providers.known())));
  }
}
