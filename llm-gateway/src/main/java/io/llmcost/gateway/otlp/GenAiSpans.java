package io.llmcost.gateway.otlp;

import io.llmcost.client.provider.GrossUsage;
import io.llmcost.client.provider.MeterReading;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageSources;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From a span of OpenTelemetry's GenAI conventions to the event. A span tells the same event
 * however often it is sent: the id derives from trace, span and end. Pure; for any number of
 * threads.
 */
final class GenAiSpans {
  private static final String PREFIX = "gen_ai.";
  private static final String OURS = "llmcost.";
  private static final String OPERATION = "gen_ai.operation.name";
  private static final String INPUT = "gen_ai.usage.input_tokens";
  private static final String OUTPUT = "gen_ai.usage.output_tokens";
  private static final String OLD_INPUT = "gen_ai.usage.prompt_tokens";
  private static final String OLD_OUTPUT = "gen_ai.usage.completion_tokens";
  private static final String CACHE_READ = "gen_ai.usage.cache_read.input_tokens";
  private static final String CACHE_WRITE = "gen_ai.usage.cache_creation.input_tokens";
  private static final String REASONING = "gen_ai.usage.reasoning.output_tokens";
  private static final String FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
  private static final String NO_ID = "0+";

  /**
   * Spans around others, whose tokens are the sum of those: an agent's, a tool's. Counting both
   * would count twice.
   */
  private static final Set<String> AROUND =
      Set.of(
          "invoke_agent",
          "create_agent",
          "execute_tool",
          "invoke_workflow",
          "plan",
          "retrieval",
          "evaluation");

  private static final Map<String, String> OPERATIONS =
      Map.of("generate_content", "chat", "text_completion", "completions");

  /** The conventions' names of providers, old ones among them, where ours is another. */
  private static final Map<String, String> PROVIDERS =
      Map.ofEntries(
          Map.entry("azure.ai.openai", "azure"),
          Map.entry("azure.ai.inference", "azure"),
          Map.entry("az.ai.openai", "azure"),
          Map.entry("az.ai.inference", "azure"),
          Map.entry("aws.bedrock", "bedrock"),
          Map.entry("aws_bedrock", "bedrock"),
          Map.entry("gcp.gemini", "gemini"),
          Map.entry("gcp.gen_ai", "gemini"),
          Map.entry("gcp.vertex_ai", "vertex"),
          Map.entry("vertex_ai", "vertex"),
          Map.entry("mistral_ai", "mistral"),
          Map.entry("x_ai", "xai"));

  private GenAiSpans() {}

  /** What becomes of a span. */
  sealed interface Outcome {}

  /** It is an event. */
  record Told(LlmRequestCompleted event) implements Outcome {}

  /** It is no call of a model. */
  record Ignored() implements Outcome {}

  /** It is one, and wrong. */
  record Refused(String reason) implements Outcome {}

  static Outcome of(Span span, Instant now) {
    if (!isCall(span)) {
      return new Ignored();
    }
    if (!isId(span.traceId(), 32) || !isId(span.spanId(), 16)) {
      return new Refused("it has no valid trace and span id");
    }
    if (span.endNanos() <= 0) {
      return new Refused("it has no end time");
    }
    LlmRequestCompleted event = event(span);
    List<Violation> violations = EventRules.violations(event, now);
    return violations.isEmpty()
        ? new Told(event)
        : new Refused(violations.getFirst().field() + ": " + violations.getFirst().reason());
  }

  // The called side's span tells what the caller's tells as well.
  private static boolean isCall(Span span) {
    String operation = span.text(OPERATION);
    if (span.server() || (operation != null && AROUND.contains(operation))) {
      return false;
    }
    boolean asks = span.text("gen_ai.request.model") != null || span.whole(INPUT) != null;
    return operation == null
        ? provider(span) != null && (asks || span.whole(OLD_INPUT) != null)
        : asks || provider(span) != null;
  }

  private static boolean isId(String id, int length) {
    return id.length() == length
        && !id.matches(NO_ID)
        && id.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  private static @Nullable String provider(Span span) {
    String name = span.text("gen_ai.provider.name");
    String told = name == null ? span.text("gen_ai.system") : name;
    if (told == null) {
      return null;
    }
    String lower = told.toLowerCase(Locale.ROOT);
    return PROVIDERS.getOrDefault(lower, lower);
  }

  private static LlmRequestCompleted event(Span span) {
    LlmRequestCompleted event = new LlmRequestCompleted();
    Instant end = time(span.endNanos());
    String source = span.textOrOfResource("service.name");
    event.setSource(source == null ? "otlp" : source);
    EventIds.Identity identity =
        EventIds.normalise(span.traceId() + "-" + span.spanId(), end, event.getSource());
    event.setEventId(identity.eventId());
    event.setExternalId(identity.externalId());
    event.setOccurredAt(end);
    String provider = provider(span);
    event.setProvider(provider == null ? "" : provider);
    String operation = span.text(OPERATION);
    event.setOperation(operation == null ? "chat" : OPERATIONS.getOrDefault(operation, operation));
    event.setModelRequested(span.text("gen_ai.request.model"));
    event.setModel(span.text("gen_ai.response.model"));
    if (event.getModel() == null && event.getModelRequested() == null) {
      event.setModel("unknown");
    }
    String tier = span.text("openai.response.service_tier");
    event.setServiceTier(tier == null ? span.text("gen_ai.openai.response.service_tier") : tier);
    outcome(event, span);
    usage(event, span);
    context(event, span);
    return event;
  }

  private static Instant time(long nanos) {
    return Instant.EPOCH.plusNanos(nanos).truncatedTo(ChronoUnit.MICROS);
  }

  private static void outcome(LlmRequestCompleted event, Span span) {
    String error = span.text("error.type");
    boolean failed = span.failed() || error != null;
    event.setStatus(failed ? Statuses.FAILED : Statuses.SUCCEEDED);
    event.setErrorCode(failed && error == null ? "error" : error);
    Double firstChunkSeconds = span.number(FIRST_CHUNK);
    event.setStreamed(
        firstChunkSeconds != null
            || Boolean.TRUE.equals(span.attributes().get("gen_ai.request.stream")));
    event.setTimeToFirstTokenMillis(
        firstChunkSeconds == null ? null : Math.round(firstChunkSeconds * 1000));
    event.setLatencyMillis(
        span.startNanos() <= 0 || span.startNanos() > span.endNanos()
            ? null
            : (span.endNanos() - span.startNanos()) / 1_000_000);
  }

  private static void usage(LlmRequestCompleted event, Span span) {
    Long input = either(span, INPUT, OLD_INPUT);
    Long output = either(span, OUTPUT, OLD_OUTPUT);
    if (input == null && output == null) {
      event.setUsage(List.of());
      event.setUsageSource(UsageSources.NONE);
      return;
    }
    GrossUsage usage =
        GrossUsage.of(
            orZero(input),
            orZero(span.whole(CACHE_READ)),
            orZero(span.whole(CACHE_WRITE)),
            orZero(output),
            orZero(span.whole(REASONING)));
    event.setUsage(usage.readings().stream().map(MeterReading::toUsageItem).toList());
    event.setUsageSource(UsageSources.PROVIDER);
    event.setUsageInconsistent(usage.inconsistent());
    event.setContextTokens(input == null || input < 0 ? null : input);
  }

  private static @Nullable Long either(Span span, String name, String oldName) {
    Long value = span.whole(name);
    return value == null ? span.whole(oldName) : value;
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static void context(LlmRequestCompleted event, Span span) {
    event.setProject(span.textOrOfResource(OURS + "project"));
    String user = span.textOrOfResource(OURS + "user_id");
    event.setUserId(user == null ? span.text("user.id") : user);
    event.setRequestType(span.textOrOfResource(OURS + "request_type"));
    event.setRequestId(span.text(OURS + "request_id"));
    String type = span.text(OURS + "trackable.type");
    String id = span.text(OURS + "trackable.id");
    if (type != null && id != null) {
      event.setTrackable(new Trackable(type, id));
    }
    Map<String, String> tags = new HashMap<>(named(span.resource(), OURS + "tags."));
    tags.putAll(named(span.attributes(), OURS + "tags."));
    event.setTags(tags);
    event.setMetadata(metadata(span, event.getUsageInconsistent()));
  }

  private static Map<String, String> metadata(Span span, boolean inconsistent) {
    Map<String, String> metadata = new HashMap<>(named(span.attributes(), OURS + "metadata."));
    for (String name : List.of("gen_ai.response.id", "gen_ai.conversation.id")) {
      String value = span.text(name);
      if (value != null) {
        metadata.putIfAbsent(name.substring(PREFIX.length()), value);
      }
    }
    if (inconsistent) { // the numbers as they were told
      metadata.put(
          "provider_usage", new TreeMap<>(named(span.attributes(), "gen_ai.usage.")).toString());
    }
    return metadata;
  }

  private static Map<String, String> named(Map<String, Object> attributes, String prefix) {
    Map<String, String> found = new HashMap<>();
    attributes.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            found.put(name.substring(prefix.length()), value.toString());
          }
        });
    return found;
  }
}
