package io.llmcost.gateway;

import java.util.List;

/** Answers in the shapes of OpenAI and Anthropic, written for these tests. */
final class Answers {
  static final String CHAT_REQUEST =
      "{\"model\": \"gpt-4o-mini\",  \"messages\":[{\"role\":\"user\",\"content\":\"Grüße\"}]}";

  static final String CHAT =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,
       "model":"gpt-4o-mini-2024-07-18",
       "choices":[{"index":0,"message":{"role":"assistant","content":"Grüße zurück"},
                   "finish_reason":"stop"}],
       "usage":{"prompt_tokens":1019,"completion_tokens":110,"total_tokens":1129,
                "prompt_tokens_details":{"cached_tokens":512}},
       "service_tier":"default"}
      """;

  /** A stream's events, without the one that tells the usage. */
  static final List<String> CHAT_STREAM =
      List.of(
          chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
          chunk("{\"content\":\"Grü\"}", "null"),
          chunk("{\"content\":\"ße \\ud83d\\ude00\"}", "null"),
          chunk("{}", "\"stop\""));

  static final String CHAT_STREAM_USAGE =
      "data: {\"id\":\"chatcmpl-2\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
          + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}}\n\n";

  static final String DONE = "data: [DONE]\n\n";

  static final String RESPONSE =
      """
      {"id":"resp_68af4030592c81938ec0a5fbab4a3e9f","object":"response","created_at":1790000000,
       "status":"completed","model":"gpt-5-2025-08-07",
       "output":[{"type":"message","role":"assistant","content":[]}],
       "usage":{"input_tokens":30,"input_tokens_details":{"cached_tokens":0},
                "output_tokens":40,"output_tokens_details":{"reasoning_tokens":10},
                "total_tokens":70}}
      """;

  static final String MESSAGE_STREAM =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[],"usage":{"input_tokens":25,"cache_read_input_tokens":100,"cache_creation_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hallo"}}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private Answers() {}

  private static String chunk(String delta, String finish) {
    return "data:"
        + " {\"id\":\"chatcmpl-2\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
        + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finish
        + "}],\"usage\":null}\n\n";
  }
}
