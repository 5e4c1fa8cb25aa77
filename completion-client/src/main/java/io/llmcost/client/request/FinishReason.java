package io.llmcost.client.request;

import java.util.Locale;

/** Why a model ended its answer, in one word for all providers. */
public enum FinishReason {
  /** It had said all. */
  STOP,
  /** It came to the most tokens that it might say. */
  LENGTH,
  /** It wants a tool to be called. */
  TOOL_CALLS,
  /** It, or a filter of its provider, refused. */
  CONTENT_FILTER,
  /** Something else, which the provider's own word tells. */
  OTHER;

  /** Returns what a provider's word means. */
  static FinishReason of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "stop", "end_turn", "stop_sequence", "complete", "eos" -> STOP;
      case "length", "max_tokens", "model_length", "model_context_window_exceeded" -> LENGTH;
      case "tool_calls", "tool_call", "tool_use", "function_call" -> TOOL_CALLS;
      case "content_filter",
          "content_filtered",
          "guardrail_intervened",
          "refusal",
          "safety",
          "recitation",
          "blocklist",
          "prohibited_content",
          "spii" ->
          CONTENT_FILTER;
      default -> OTHER;
    };
  }
}
