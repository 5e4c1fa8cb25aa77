package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.NotFoundException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts together all that is known of one dead letter. */
final class LetterDetails {
  private final DeadLetterStore letters;
  private final EditTable edits;
  private final LetterDecoder decoder;
  private final JsonMapper json;

  LetterDetails(DeadLetterStore letters, EditTable edits, LetterDecoder decoder, JsonMapper json) {
    this.letters = letters;
    this.edits = edits;
    this.decoder = decoder;
    this.json = json;
  }

  /**
   * Returns the letter of {@code id}.
   *
   * @throws NotFoundException if there is none
   */
  DeadLetterStore.Stored find(String id) {
    return letters
        .find(SelectorFields.uuid("id", id))
        .orElseThrow(() -> new NotFoundException("no dead letter " + id));
  }

  /** Returns everything of the letter of {@code id}, a large value whole only if {@code full}. */
  DeadLetterDetail detail(String id, boolean full) {
    DeadLetterStore.Stored letter = find(id);
    DeadLetterSummary summary = letter.summary();
    return new DeadLetterDetail(
        summary,
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.exception(),
        headers(letter.headers()),
        Content.of(decoder, summary.topic(), letters.value(summary.id()), full),
        edits.versions(summary.id(), summary.editVersion()),
        edited(summary, full));
  }

  private @Nullable Content edited(DeadLetterSummary letter, boolean full) {
    UUID id = letter.id();
    return letter.editVersion() == null
        ? null
        : Content.of(decoder, letter.topic(), edits.inForce(id).value(), full);
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
}
