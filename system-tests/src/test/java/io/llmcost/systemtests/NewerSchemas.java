package io.llmcost.systemtests;

import io.llmcost.schemas.LlmRequestCompleted;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Later versions of the completed event's schema, as another team may register them. */
final class NewerSchemas {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RunningStack stack;

  NewerSchemas(RunningStack stack) {
    this.stack = stack;
  }

  /** Registers the schema with so many more optional fields; returns the registry's id of it. */
  int register(int moreFields) {
    ObjectNode artifact = JSON.createObjectNode();
    artifact.put("artifactId", "later-" + moreFields).put("artifactType", "AVRO");
    artifact
        .putObject("firstVersion")
        .putObject("content")
        .put("content", schema(moreFields))
        .put("contentType", "application/json");
    HttpResponse<String> answer =
        stack.post(
            stack.address("schema_registry") + "/groups/default/artifacts",
            null,
            artifact.toString());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body()).path("version").path("contentId").asInt();
  }

  private static String schema(int moreFields) {
    JsonNode schema = JSON.readTree(LlmRequestCompleted.getClassSchema().toString());
    for (int i = 1; i <= moreFields; i++) {
      ObjectNode field = ((ArrayNode) schema.path("fields")).addObject().put("name", "later_" + i);
      field.putArray("type").add("null").add("string");
      field.putNull("default");
    }
    return schema.toString();
  }
}
