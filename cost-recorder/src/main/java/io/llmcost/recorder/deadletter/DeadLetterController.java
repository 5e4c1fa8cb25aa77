package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.chassis.problem.NotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /v1/dead-letters}: what was refused at either hop, and why. */
@RestController
class DeadLetterController {
  private static final int MAX_LIMIT = 500;

  private final DeadLetterStore letters;
  private final LetterDecoder decoder;
  private final JsonMapper json;

  DeadLetterController(DeadLetterStore letters, LetterDecoder decoder, JsonMapper json) {
    this.letters = letters;
    this.decoder = decoder;
    this.json = json;
  }

  /** Lists dead letters, newest first; {@code page} is the last answer's {@code next_page}. */
  @GetMapping("/v1/dead-letters")
  DeadLetterPage list(
      @RequestParam(required = false) @Nullable String topic,
      @RequestParam(required = false) @Nullable String cause,
      @RequestParam(defaultValue = "50") int limit,
      @RequestParam(required = false) @Nullable String page) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequestException("limit", "must be between 1 and " + MAX_LIMIT);
    }
    if (cause != null) {
      requireKnown(cause);
    }
    List<DeadLetterSummary> found =
        letters.list(topic, cause, page == null ? null : uuid("page", page), limit + 1);
    boolean hasMore = found.size() > limit;
    List<DeadLetterSummary> data = hasMore ? found.subList(0, limit) : found;
    return new DeadLetterPage(
        "page", data, hasMore, hasMore ? data.getLast().id().toString() : null);
  }

  /** Shows one dead letter: headers, bytes, and the event where the bytes are one. */
  @GetMapping("/v1/dead-letters/{id}")
  DeadLetterDetail show(@PathVariable String id) {
    DeadLetterStore.Stored letter =
        letters
            .find(uuid("id", id))
            .orElseThrow(() -> new NotFoundException("no dead letter " + id));
    String hex = letter.valueHex();
    byte[] value = hex == null ? null : HexFormat.of().parseHex(hex);
    LetterDecoder.Reading reading = decoder.read(letter.summary().topic(), value);
    return new DeadLetterDetail(
        letter.summary(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.exception(),
        headers(letter.headers()),
        value == null ? 0 : value.length,
        hex,
        reading.value(),
        reading.error());
  }

  private List<Map<String, Object>> headers(String stored) {
    List<Map<String, Object>> headers = new ArrayList<>();
    for (JsonNode pair : json.readTree(stored)) {
      Map<String, Object> header = new LinkedHashMap<>();
      header.put("name", pair.get(0).stringValue());
      JsonNode value = pair.get(1);
      if (value.isString()) {
        header.put("value", value.stringValue());
      } else {
        header.put("hex", value.get("hex").stringValue());
      }
      headers.add(header);
    }
    return headers;
  }

  private static void requireKnown(String cause) {
    if (Arrays.stream(DeadLetterCause.values()).noneMatch(known -> known.name().equals(cause))) {
      throw new InvalidRequestException(
          "cause", "is none of " + Arrays.toString(DeadLetterCause.values()));
    }
  }

  private static UUID uuid(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(field, "'" + text + "' is not what a list answered");
    }
  }
}
