package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A provider that is asked for a session and does not give one. */
class NoSessionTest extends GatewayFixture {

  private String asked() throws Exception {
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          RawCaller.head(
              "GET /v1/realtime?model=m HTTP/1.1",
              "Host: g",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Version: 13"));
      return caller.readUntil("}");
    }
  }

  @Test
  void itsAnswerPasses() throws Exception {
    provider.answers((request, wire) -> wire.json(404, "{\"error\":\"no such model\"}"));

    assertThat(asked()).startsWith("HTTP/1.1 404 ").endsWith("{\"error\":\"no such model\"}");
    noEvent();
  }

  @Test
  void oneThatClosesIsAProblem() throws Exception {
    provider.answers((request, wire) -> wire.close());

    assertThat(asked()).startsWith("HTTP/1.1 502 ").contains("closed the connection");
    noEvent();
  }
}
