package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's messages. Input excludes the cache; a stream's {@code message_delta} repeats running
 * totals, so that the last value that is not null counts, field by field, and nothing is added up.
 */
final class AnthropicMessages implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "type", "id", "model", "usage", "error", "message.id", "message.model", "message.usage");
  private static final int TYPE = 0;
  private static final int ID = 1;
  private static final int MODEL = 2;
  private static final int USAGE = 3;
  private static final int ERROR = 4;
  private static final int STARTED_ID = 5;
  private static final int STARTED_MODEL = 6;
  private static final int STARTED_USAGE = 7;

  @Override
  public String operation() {
    return "chat";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && path.endsWith("/v1/messages");
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    RequestBody body = RequestBody.read(requestBody);
    return body == null ? RequestFacts.NONE : new RequestFacts(body.model(), body.stream(), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable ObjectNode usage;
    private boolean stopped;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(streamed ? STARTED_ID : ID));
      facts.model(document.text(streamed ? STARTED_MODEL : MODEL));
      facts.error(document.node(ERROR));
      merge(document.node(STARTED_USAGE));
      merge(document.node(USAGE));
      stopped = stopped || "message_stop".equals(document.text(TYPE));
    }

    private void merge(@Nullable JsonNode later) {
      if (later instanceof ObjectNode object) {
        if (usage == null) {
          usage = object;
        } else {
          merge(usage, object);
        }
      }
    }

    private static void merge(ObjectNode into, ObjectNode later) {
      for (Map.Entry<String, JsonNode> member : later.properties()) {
        JsonNode value = member.getValue();
        if (value instanceof ObjectNode part
            && into.get(member.getKey()) instanceof ObjectNode known) {
          merge(known, part);
        } else if (!value.isNull()) {
          into.set(member.getKey(), value);
        }
      }
    }

    @Override
    public void done() {}

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public @Nullable Instant createdAt() {
      return null;
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      facts.serviceTier(tier(usage));
      return facts.completion(
          usage == null ? null : AnthropicUsage.read(usage),
          region(usage),
          streamed ? stopped : whole,
          false);
    }

    // Fast mode has its own prices, as a tier has.
    private static @Nullable String tier(@Nullable JsonNode usage) {
      return "fast".equals(Counts.text(usage, "speed"))
          ? "fast"
          : Counts.text(usage, "service_tier");
    }

    private static @Nullable String region(@Nullable JsonNode usage) {
      String geo = Counts.text(usage, "inference_geo");
      return "not_available".equals(geo) ? null : geo;
    }
  }

  /** Reads a usage object of a message, merged from a stream or as it came. */
  private static final class AnthropicUsage {
    /** Rounds of a message that its top-level counts do not hold. */
    private static final Set<String> OUTSIDE = Set.of("compaction", "advisor_message");

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
}
