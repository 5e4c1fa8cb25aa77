package io.llmcost.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;

class HeaderPolicyTest {

  @Test
  void whatBelongsToOneConnectionOrToUsStays() {
    HttpHeaders received =
        new DefaultHttpHeaders()
            .add("Connection", "keep-alive, X-Own")
            .add("Connection", "x-other")
            .add("X-Own", "1")
            .add("X-OTHER", "1")
            .add("Keep-Alive", "5")
            .add("TE", "trailers")
            .add("Trailer", "x")
            .add("Transfer-Encoding", "chunked")
            .add("Upgrade", "h2c")
            .add("HTTP2-Settings", "x")
            .add("Proxy-Authorization", "x")
            .add("Proxy-Connection", "x")
            .add("X-LLMCost-Project", "p")
            .add("Expect", "100-continue")
            .add("Content-Length", "3")
            .add("Host", "gateway");

    HttpHeaders sent = HeaderPolicy.toProvider(received, "provider.example", false);

    assertThat(sent.entries()).hasSize(1);
    assertThat(sent.get("host")).isEqualTo("provider.example");
  }

  @Test
  void theRestPassesInItsOrderAndOftenerThanOnce() {
    HttpHeaders received =
        new DefaultHttpHeaders()
            .add("Anthropic-Beta", "a")
            .add("Anthropic-Beta", "b")
            .add("Accept-Encoding", "gzip")
            .add("X-Llmcos", "not ours");

    HttpHeaders sent = HeaderPolicy.toProvider(received, "h", false);

    assertThat(sent.getAll("anthropic-beta")).containsExactly("a", "b");
    assertThat(sent.get("accept-encoding")).isEqualTo("gzip");
    assertThat(sent.get("x-llmcos")).isEqualTo("not ours");
    assertThat(HeaderPolicy.toProvider(received, "h", true).getAll("accept-encoding"))
        .containsExactly("identity");
  }

  @Test
  void anAnswerKeepsItsLength() {
    HttpHeaders received =
        new DefaultHttpHeaders().add("Content-Length", "3").add("x-llmcost-event-id", "forged");

    HttpHeaders sent = HeaderPolicy.toCaller(received);

    assertThat(sent.get("content-length")).isEqualTo("3");
    assertThat(sent.contains("x-llmcost-event-id")).isFalse();
  }
}
