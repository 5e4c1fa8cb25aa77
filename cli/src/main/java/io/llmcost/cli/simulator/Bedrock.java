package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Bedrock's Converse, and ConverseStream in AWS's binary event-stream. */
final class Bedrock {
  private static final String PROVIDER = "bedrock";
  private static final int STRING = 7;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  Reply converse(Call call) {
    Reply refusal = refusal(call);
    if (refusal != null) {
      return refusal;
    }
    long prompt = Words.tokens(call.body().path("system"));
    for (JsonNode message : call.body().path("messages")) {
      prompt += 2 + Words.tokens(message.path("content"));
    }
    String text =
        call.words().prose(call.body().path("inferenceConfig").path("maxTokens").asLong(4096));
    long output = Words.tokens(text);
    ObjectNode usage =
        JSON.objectNode()
            .put("inputTokens", prompt)
            .put("outputTokens", output)
            .put("totalTokens", prompt + output);
    String model = call.text("model");
    // The answer names no model: what was asked for is all that is known.
    Answer answer =
        Answer.served(
            PROVIDER,
            model,
            model,
            call.streamed(),
            Map.of(Meters.INPUT, prompt, Meters.OUTPUT, output));
    if (call.streamed()) {
      return new Reply.Streamed(
          "application/vnd.amazon.eventstream", headers(call), events(text, usage), answer);
    }
    ObjectNode body = JSON.objectNode();
    ObjectNode message = body.putObject("output").putObject("message").put("role", "assistant");
    message.putArray("content").addObject().put("text", text);
    body.put("stopReason", "end_turn").set("usage", usage);
    body.putObject("metrics").put("latencyMs", 12);
    return new Reply.Whole(200, headers(call), body, answer);
  }

  private static List<byte[]> events(String text, ObjectNode usage) {
    List<byte[]> events = new ArrayList<>();
    events.add(event("messageStart", JSON.objectNode().put("role", "assistant")));
    for (String piece : Words.pieces(text)) {
      ObjectNode delta = JSON.objectNode().put("contentBlockIndex", 0);
      delta.putObject("delta").put("text", piece);
      events.add(event("contentBlockDelta", delta));
    }
    events.add(event("contentBlockStop", JSON.objectNode().put("contentBlockIndex", 0)));
    events.add(event("messageStop", JSON.objectNode().put("stopReason", "end_turn")));
    ObjectNode metadata = JSON.objectNode();
    metadata.set("usage", usage);
    metadata.putObject("metrics").put("latencyMs", 12);
    events.add(event("metadata", metadata));
    return events;
  }

  /** Two lengths, their checksum, headers, the payload, a checksum of it all. */
  private static byte[] event(String type, ObjectNode payload) {
    try {
      ByteArrayOutputStream headers = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(headers);
      header(fields, ":event-type", type);
      header(fields, ":content-type", "application/json");
      header(fields, ":message-type", "event");
      byte[] body = payload.toString().getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream message = new DataOutputStream(bytes);
      message.writeInt(16 + headers.size() + body.length);
      message.writeInt(headers.size());
      message.writeInt(checksum(bytes.toByteArray()));
      message.write(headers.toByteArray());
      message.write(body);
      message.writeInt(checksum(bytes.toByteArray()));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not in memory
    }
  }

  private static void header(DataOutputStream out, String name, String value) throws IOException {
    out.writeByte(name.length());
    out.writeBytes(name);
    out.writeByte(STRING);
    out.writeShort(value.length());
    out.writeBytes(value);
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static @Nullable Reply refusal(Call call) {
    String authorization = call.header().apply("authorization");
    if (authorization == null || authorization.contains(ProviderSimulator.INVALID_KEY)) {
      return error(
          call,
          403,
          "UnrecognizedClientException",
          "The security token in the request is invalid.");
    }
    if (call.body().path("messages").isMissingNode()) {
      return error(call, 400, "ValidationException", "messages is required");
    }
    int wanted = call.wantedStatus();
    return switch (wanted) {
      case 0 -> null;
      case 429 -> error(call, 429, "ThrottlingException", "Too many requests, please wait.");
      default -> error(call, wanted, "InternalServerException", "The request failed.");
    };
  }

  Reply unknownPath(Call call) {
    return error(call, 404, "UnknownOperationException", "no such operation");
  }

  static Reply error(Call call, int status, String type, String message) {
    Map<String, String> headers = headers(call);
    headers.put("x-amzn-errortype", type);
    return new Reply.Whole(
        status,
        headers,
        JSON.objectNode().put("message", message),
        Answer.refused(PROVIDER, call.text("model"), status));
  }

  private static Map<String, String> headers(Call call) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("x-amzn-requestid", call.id("", 36));
    return headers;
  }
}
