package io.llmcost.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.gateway.problem.ProblemException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallRouterTest {
  private final CallRouter router =
      router(
          Map.of(
              "own",
              configured("http://own.example:9/base/"),
              "azure",
              configured(null),
              "bedrock",
              Providers.Configured.signed(
                  null, new AwsCredentials("id", "secret", null, "eu-west-1"))));

  private static Providers.Configured configured(@Nullable String url) {
    return Providers.Configured.of(url == null ? null : URI.create(url), null);
  }

  private static CallRouter router(Map<String, Providers.Configured> configured) {
    return new CallRouter(
        new Providers(configured, null), new ModelRoutes(Map.of("own-", "own", "gpt-own", "own")));
  }

  private String goesTo(String uri, @Nullable String model) {
    Target target = router.target(router.route(uri, false), model);
    return target.provider().origin() + target.uri();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, gpt-4o, https://api.openai.com/v1/chat/completions",
    "/v1/chat/completions, o3-mini, https://api.openai.com/v1/chat/completions",
    "/v1/chat/completions, Claude-Sonnet-4-5, https://api.anthropic.com/v1/chat/completions",
    "/v1/chat/completions, grok-4, https://api.x.ai/v1/chat/completions",
    "/v1/chat/completions, sonar-pro, https://api.perplexity.ai/chat/completions",
    "/v1/chat/completions, own-1, http://own.example:9/base/v1/chat/completions",
    "/v1/chat/completions, gpt-own, http://own.example:9/base/v1/chat/completions",
    "/v1/chat/completions, unheard-of, https://api.openai.com/v1/chat/completions",
    "/v1/chat/completions?a=b, gpt-4o, https://api.openai.com/v1/chat/completions?a=b",
    "/v1/responses, claude-opus-4, https://api.openai.com/v1/responses",
    "/v1/embeddings, mistral-embed, https://api.mistral.ai/v1/embeddings",
    "/v1/messages, gpt-4o, https://api.anthropic.com/v1/messages",
    "/v1/models, , https://api.openai.com/v1/models",
    "/v1/models/ft:gpt-4o:acme::Ab1, , https://api.openai.com/v1/models/ft:gpt-4o:acme::Ab1",
    "/v1/models/g-2:countTokens, ,"
        + " https://generativelanguage.googleapis.com/v1/models/g-2:countTokens",
    "/groq/v1/chat/completions, gpt-4o, https://api.groq.com/openai/v1/chat/completions",
    "/openrouter/v1/models?x, , https://openrouter.ai/api/v1/models?x",
    "/groq/openai/v1/chat/completions, x, https://api.groq.com/openai/v1/chat/completions",
    "/openrouter/api/v1/chat/completions, x, https://openrouter.ai/api/v1/chat/completions",
    "/v1beta1/projects/p/x, , https://aiplatform.googleapis.com/v1beta1/projects/p/x",
    "/v1/projects/p/x, , https://aiplatform.googleapis.com/v1/projects/p/x",
    "/model/m%3A0/converse, , https://bedrock-runtime.eu-west-1.amazonaws.com/model/m%3A0/converse",
    "/v2/chat, command-a, https://api.cohere.com/v2/chat",
    "/own/any/where, , http://own.example:9/base/any/where",
    "/own, , http://own.example:9/base/",
  })
  void goesWhereModelAndPathSay(String uri, @Nullable String model, String url) {
    assertThat(goesTo(uri, model)).isEqualTo(url);
  }

  @Test
  void geminisPathsAreGeminis() {
    assertThat(goesTo("/v1beta/models/gemini-2.5-pro:generateContent", null))
        .isEqualTo(
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent");
  }

  @Test
  void anthropicsClientsAreKnownByTheirHeader() {
    Target target = router.target(router.route("/v1/models", true), null);
    assertThat(target.provider().id()).isEqualTo("anthropic");
  }

  @Test
  void unknownAndUnreachableProvidersAreNamed() {
    assertThatThrownBy(() -> router.route("/nobody/v1", false))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(404);
              assertThat(e.problem().field()).isEqualTo("provider");
              assertThat(e.problem().reason()).contains("'nobody'", "openai", "own");
            });
    assertThatThrownBy(() -> router.route("/azure/openai/x", false))
        .hasMessageContaining("llmcost.gateway.providers.azure.base-url");
    assertThatThrownBy(() -> router.route("http://else.example/", false))
        .hasMessageContaining("slash");
  }

  @Test
  void anUpstreamTakesEveryProvidersPlace() {
    Providers providers =
        new Providers(
            Map.of("own", configured("http://own.example")), URI.create("http://mock:1/x"));
    for (String id : providers.known()) {
      assertThat(providers.find(id)).hasToString(id + " at http://mock:1/x/" + id);
    }
    assertThat(providers.known()).contains("azure", "bedrock", "own");
  }

  @Test
  void namesThatCollideWithPathsAreRefused() {
    assertThatThrownBy(() -> router(Map.of("v1", configured("http://a"))))
        .hasMessageContaining("llmcost.gateway.providers.v1");
    assertThatThrownBy(() -> router(Map.of("own", configured("ftp://a"))))
        .hasMessageContaining("http or https");
  }

  @Test
  void keysStayOutOfText() {
    Providers.Configured configured =
        Providers.Configured.of(URI.create("http://a.example"), "very-secret");
    assertThat(configured.toString()).doesNotContain("secret");
    assertThat(Provider.at("a", URI.create("http://a.example"), "very-secret").toString())
        .doesNotContain("secret");
  }
}
