package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of a request's body that accounting looks at, found by a pass over its tokens that
 * keeps no text; a body that is no JSON object has none of them.
 */
final class RequestBody {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxDocumentLength(-1)
                  .build())
          .build();
  private static final String INCLUDE_USAGE = "\"include_usage\":true";

  private @Nullable String model;
  private boolean stream;
  private int bodyStart = -1;
  private boolean bodyEmpty;
  private int optionsStart = -1;
  private int optionsNull = -1;
  private boolean optionsEmpty;
  private int includeAt = -1;
  private int includeLength;
  private boolean included;

  private RequestBody() {}

  static @Nullable RequestBody read(byte[] bytes) {
    RequestBody body = new RequestBody();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      body.bodyStart = (int) json.currentTokenLocation().getByteOffset() + 1;
      body.members(json);
      return body;
    } catch (JacksonException e) {
      return null;
    }
  }

  @Nullable String model() {
    return model;
  }

  boolean stream() {
    return stream;
  }

  /** Returns the change that sets {@code stream_options.include_usage}; null where it is set. */
  @Nullable BodySplice includeUsage() {
    if (included) {
      return null;
    }
    if (includeAt >= 0) {
      return new BodySplice(includeAt, includeLength, "true");
    }
    if (optionsNull >= 0) {
      return new BodySplice(optionsNull, "null".length(), "{" + INCLUDE_USAGE + "}");
    }
    if (optionsStart >= 0) {
      return new BodySplice(optionsStart, 0, INCLUDE_USAGE + (optionsEmpty ? "" : ","));
    }
    return new BodySplice(
        bodyStart, 0, "\"stream_options\":{" + INCLUDE_USAGE + "}" + (bodyEmpty ? "" : ","));
  }

  private void members(JsonParser json) {
    bodyEmpty = true;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      bodyEmpty = false;
      JsonToken value = json.nextToken();
      switch (name) {
        case "model" -> model = value == JsonToken.VALUE_STRING ? json.getString() : null;
        case "stream" -> stream = value == JsonToken.VALUE_TRUE;
        case "stream_options" -> options(json, value);
        default -> {}
      }
      json.skipChildren();
    }
  }

  private void options(JsonParser json, JsonToken value) {
    int at = (int) json.currentTokenLocation().getByteOffset();
    optionsNull = value == JsonToken.VALUE_NULL ? at : -1;
    optionsStart = value == JsonToken.START_OBJECT ? at + 1 : -1;
    includeAt = -1;
    included = false;
    optionsEmpty = true;
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      optionsEmpty = false;
      JsonToken option = json.nextToken();
      if (name.equals("include_usage")) {
        included = option == JsonToken.VALUE_TRUE;
        includeAt = -1;
        if (option == JsonToken.VALUE_FALSE || option == JsonToken.VALUE_NULL) {
          includeAt = (int) json.currentTokenLocation().getByteOffset();
          includeLength = option == JsonToken.VALUE_FALSE ? 5 : 4;
        }
      }
      json.skipChildren();
    }
  }
}
