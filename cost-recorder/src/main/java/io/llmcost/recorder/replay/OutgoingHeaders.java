package io.llmcost.recorder.replay;

import io.llmcost.chassis.kafka.DeadLetterHeaders;
import io.llmcost.schemas.ReplayHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the headers of a replayed record: those that it came with, without what its dead-lettering
 * and earlier replays added, and with where it comes from now.
 */
final class OutgoingHeaders {
  private static final String SPRING = "kafka_dlt-";
  private static final String CONNECT = "__connect.errors.";

  private final JsonMapper json;

  OutgoingHeaders(JsonMapper json) {
    this.json = json;
  }

  Headers of(Outgoing letter, UUID replayId, String by, Instant at) {
    Map<String, String> ofEvent = ofEvent(letter.eventHeaders());
    Headers headers = new RecordHeaders();
    for (JsonNode pair : json.readTree(letter.headers())) {
      String name = pair.get(0).stringValue();
      if (!isStale(name) && !ofEvent.containsKey(name)) {
        headers.add(name, bytes(pair.get(1)));
      }
    }
    ofEvent.forEach((name, value) -> add(headers, name, value));
    add(headers, ReplayHeaders.ID, replayId.toString());
    add(headers, ReplayHeaders.COUNT, Integer.toString(letter.count()));
    add(headers, ReplayHeaders.SOURCE, letter.deadLetterId().toString());
    add(headers, ReplayHeaders.BY, by);
    add(headers, ReplayHeaders.AT, at.toString());
    return headers;
  }

  private Map<String, String> ofEvent(@Nullable String eventHeaders) {
    Map<String, String> named = new HashMap<>();
    if (eventHeaders != null) {
      json.readTree(eventHeaders)
          .properties()
          .forEach(field -> named.put(field.getKey(), field.getValue().stringValue()));
    }
    return named;
  }

  private static boolean isStale(String name) {
    return name.startsWith(SPRING)
        || name.startsWith(CONNECT)
        || name.startsWith(ReplayHeaders.PREFIX)
        || name.equals(DeadLetterHeaders.CAUSE);
  }

  private static byte[] bytes(JsonNode value) {
    return value.isString()
        ? value.stringValue().getBytes(StandardCharsets.UTF_8)
        : HexFormat.of().parseHex(value.get("hex").stringValue());
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
