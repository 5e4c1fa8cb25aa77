package io.llmcost.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContextHeadersTest {
  private final ContextHeaders contexts = new ContextHeaders("gw");

  private static HttpHeaders headers(String name, String value) {
    return new DefaultHttpHeaders().add(name, value);
  }

  @Test
  void withoutHeadersThereIsTheSourceAlone() {
    LlmCallContext context = contexts.read(headers("x-other", "1"), null);
    assertThat(context).isEqualTo(LlmCallContext.of("gw"));
  }

  @Test
  void textIsUtf8() {
    String bytesAsReceived =
        new String("Köln 💶".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(contexts.read(headers("X-LLMCOST-PROJECT", bytesAsReceived), null).project())
        .isEqualTo("Köln 💶");
    assertThatThrownBy(() -> contexts.read(headers("x-llmcost-project", "\u00ff"), null))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("x-llmcost-project")
        .hasMessageContaining("UTF-8");
  }

  @Test
  void tagsArePairsOrJson() {
    assertThat(contexts.read(headers("x-llmcost-tags", "a=1, b = x=y"), null).tags())
        .isEqualTo(Map.of("a", "1", "b", "x=y"));
    assertThat(contexts.read(headers("x-llmcost-tags", "{\"a\":1,\"b\":[true]}"), null).tags())
        .isEqualTo(Map.of("a", "1", "b", "[true]"));
  }

  @Test
  void blankIsNotGiven() {
    assertThat(contexts.read(headers("x-llmcost-user", ""), null).userId()).isNull();
  }

  @Test
  void theHeaderAtFaultIsNamed() {
    assertRefused("x-llmcost-trackable", ":4711");
    assertRefused("x-llmcost-trackable", "ticket:");
    assertRefused("x-llmcost-user", "u".repeat(513));
    assertRefused("x-llmcost-request-id", "r".repeat(513));
    assertRefused("x-llmcost-metadata", "{\"a\":\"" + "x".repeat(5000) + "\"}");
    assertRefused("x-llmcost-tags", "=1");
  }

  private void assertRefused(String name, String value) {
    assertThatThrownBy(() -> contexts.read(headers(name, value), null))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(400);
              assertThat(e.problem().field()).isEqualTo(name);
            });
  }
}
