package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the usage object of an Anthropic message, merged from a stream or as it came. */
final class AnthropicUsage {
  /** Rounds of a message that its top-level counts do not hold. */
  private static final Set<String> OUTSIDE = Set.of("compaction", "advisor_message");

  private AnthropicUsage() {}

  /** Returns the usage, or null where it counts no tokens. */
  static @Nullable Usage read(JsonNode usage) {
    if (Counts.orNull(usage, "input_tokens") == null
        && Counts.orNull(usage, "output_tokens") == null) {
      return null;
    }
    UsageTally tally = new UsageTally();
    long prompt = add(tally, usage);
    JsonNode tools = Counts.object(usage, "server_tool_use");
    long searches = Counts.of(tools, "web_search_requests");
    long fetches = Counts.of(tools, "web_fetch_requests");
    tally.add(Meters.WEB_SEARCH, searches);
    // A fetch bills nothing but the tokens that it brings, which are input: it has no meter here.
    Long context = searches + fetches > 0 ? null : Long.valueOf(prompt);
    JsonNode rounds = usage.get("iterations");
    if (rounds != null && rounds.isArray() && !rounds.isEmpty()) {
      context = iterations(tally, rounds);
    }
    return new Usage(
        tally.readings(), context, null, tally.isInconsistent() ? usage.toString() : null);
  }

  /**
   * Puts a later usage object over an earlier one: the last value that is not null counts, field by
   * field. {@code known} is changed.
   */
  static @Nullable ObjectNode merge(@Nullable ObjectNode known, @Nullable JsonNode later) {
    if (!(later instanceof ObjectNode object)) {
      return known;
    }
    if (known == null) {
      return object;
    }
    put(known, object);
    return known;
  }

  private static void put(ObjectNode into, ObjectNode later) {
    for (Map.Entry<String, JsonNode> member : later.properties()) {
      JsonNode value = member.getValue();
      if (value instanceof ObjectNode part
          && into.get(member.getKey()) instanceof ObjectNode known) {
        put(known, part);
      } else if (!value.isNull()) {
        into.set(member.getKey(), value);
      }
    }
  }

  /** Returns the service tier; fast mode has its own prices, as a tier has. */
  static @Nullable String tier(@Nullable JsonNode usage) {
    return "fast".equals(Counts.text(usage, "speed")) ? "fast" : Counts.text(usage, "service_tier");
  }

  /** Returns where the message was served, if that is told. */
  static @Nullable String region(@Nullable JsonNode usage) {
    String geo = Counts.text(usage, "inference_geo");
    return "not_available".equals(geo) ? null : geo;
  }

  /** Adds the rounds outside the top level, and returns the largest prompt of all rounds. */
  private static long iterations(UsageTally tally, JsonNode rounds) {
    long largest = 0;
    for (JsonNode round : rounds) {
      UsageTally into = OUTSIDE.contains(Counts.text(round, "type")) ? tally : new UsageTally();
      into.servedBy(Counts.text(round, "model"));
      largest = Math.max(largest, add(into, round));
      into.servedBy(null);
    }
    return largest;
  }

  /** Adds the tokens of a message or of one round of it, and returns its prompt's. */
  private static long add(UsageTally tally, JsonNode usage) {
    long input = tally.notNegative(Counts.of(usage, "input_tokens"));
    long cacheRead = tally.notNegative(Counts.of(usage, "cache_read_input_tokens"));
    tally.add(Meters.INPUT, input);
    tally.add(Meters.INPUT_CACHE_READ, cacheRead);
    JsonNode split = Counts.object(usage, "cache_creation");
    long hour = Counts.of(split, "ephemeral_1h_input_tokens");
    Long told = Counts.orNull(usage, "cache_creation_input_tokens");
    long written =
        tally.notNegative(
            told != null ? told : hour + Counts.of(split, "ephemeral_5m_input_tokens"));
    tally
        .split(Meters.INPUT_CACHE_WRITE_5M, written)
        .part(Meters.INPUT_CACHE_WRITE_1H, hour)
        .rest();
    JsonNode details = Counts.object(usage, "output_tokens_details");
    tally
        .split(Meters.OUTPUT, Counts.of(usage, "output_tokens"))
        .part(Meters.OUTPUT_REASONING, Counts.of(details, "thinking_tokens"))
        .rest();
    return input + cacheRead + written;
  }
}
