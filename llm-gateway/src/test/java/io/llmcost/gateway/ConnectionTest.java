package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Connections: kept, shared, sent ahead on, waited for. */
class ConnectionTest extends GatewayFixture {

  @Test
  void requestsSentAheadAreAnsweredInOrder() throws Exception {
    provider.answers(
        (request, wire) -> {
          Thread.sleep(request.path().endsWith("1") ? 100 : 0);
          wire.json(200, "{\"path\":\"" + request.path() + "\"}");
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      StringBuilder ahead = new StringBuilder();
      for (int i = 1; i <= 40; i++) {
        ahead.append("GET /openai/v1/files/").append(i).append(" HTTP/1.1\r\nHost: g\r\n\r\n");
      }
      ahead.append("GET /nobody HTTP/1.1\r\nHost: g\r\n\r\n");
      caller.send(ahead.toString());
      for (int i = 1; i <= 40; i++) {
        assertThat(caller.readUntil("}")).contains("\"/openai/v1/files/" + i + "\"");
      }
      assertThat(caller.readUntil("}")).contains(" 404 ", "nobody");
    }
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  void callsSentAheadEachBecomeAnEvent() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    try (RawCaller caller = new RawCaller(gateway().port())) {
      for (int i = 0; i < 20; i++) {
        caller.post("/v1/chat/completions", Answers.CHAT_REQUEST);
      }
      for (int i = 0; i < 20; i++) {
        caller.readUntil("\"service_tier\":\"default\"}\n");
      }
    }
    assertThat(gateway().publisher.events()).hasSize(20);
    assertThat(provider.requests()).hasSize(20);
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  void aCallerWhoWaitsToSendItsBodyIsToldTo() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          RawCaller.head(
              "POST /v1/chat/completions HTTP/1.1", "Expect: 100-continue", "Content-Length: 2"));
      assertThat(caller.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
      caller.send("{}");
      assertThat(caller.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(provider.requests().getFirst().headers()).doesNotContainKey("expect");
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("POST /nobody HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(caller.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void whatBillsNothingIsSentAgainWhereTheConnectionWasStale() throws Exception {
    provider.answers(
        (request, wire) -> {
          wire.json(200, "{}");
          wire.send(""); // kept open, and closed when the next request comes
        });
    get("/v1/models");
    provider.answers(
        (request, wire) -> {
          if (provider.requests().size() == 2) {
            wire.close();
          } else {
            wire.json(200, "{}");
          }
        });

    assertThat(get("/v1/models").statusCode()).isEqualTo(200);
    assertThat(provider.requests()).hasSize(3);
  }

  @Test
  void anUploadPassesWithoutBeingGathered() throws Exception {
    byte[] part = "0123456789abcdef".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    int parts = 24;
    provider.answers(
        (request, wire) -> wire.json(200, "{\"bytes\":" + request.body().length() + "}"));

    var answer =
        http.send(
            request("/openai/v1/files")
                .POST(BodyPublishers.ofByteArrays(Collections.nCopies(parts, part)))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.body()).isEqualTo("{\"bytes\":" + parts * part.length + "}");
  }

  @Test
  void aConnectionThatTheCallerWantsClosedIsClosed() throws Exception {
    provider.answers((request, wire) -> wire.json(200, "{}"));
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(caller.readAll()).containsIgnoringCase("connection: close").endsWith("{}");
    }
  }
}
