package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * xAI's gRPC answers in their JSON form: reasoning is beside the output, and each tool that xAI
 * itself ran is named once a call. Tools other than a web search have no meter in the contract;
 * they are counted under their own names.
 */
final class XaiGrpc implements ProviderAdapter {
  private static final String TOOL = "SERVER_SIDE_TOOL_";
  private static final JsonPaths PATHS = JsonPaths.of("id", "model", "created", "usage");
  private static final int ID = 0;
  private static final int MODEL = 1;
  private static final int CREATED = 2;
  private static final int USAGE = 3;

  @Override
  public String operation() {
    return "chat";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return path.startsWith("grpc xai_api.Chat/");
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return RequestFacts.NONE;
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable JsonNode usage;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(ID));
      facts.model(document.text(MODEL));
      facts.createdAt(seconds(document.text(CREATED)));
      JsonNode told = document.object(USAGE);
      usage = told == null ? usage : told;
    }

    private static @Nullable Long seconds(@Nullable String time) {
      try {
        return time == null ? null : Instant.parse(time).getEpochSecond();
      } catch (DateTimeException e) {
        return null;
      }
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public @Nullable Instant createdAt() {
      return facts.createdAt();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(usage == null ? null : read(usage), null, whole, false);
    }

    private static @Nullable Usage read(JsonNode usage) {
      Usage read = OpenAiUsage.read(usage, Reasoning.BESIDE_OUTPUT, 0);
      JsonNode tools = usage.get("server_side_tools_used");
      if (read == null || tools == null || !tools.isArray() || tools.isEmpty()) {
        return read;
      }
      UsageTally used = new UsageTally();
      for (JsonNode tool : tools) {
        String name = tool.isString() ? tool.stringValue() : "";
        if (name.startsWith(TOOL)) {
          used.add(name.substring(TOOL.length()).toLowerCase(Locale.ROOT), 1);
        }
      }
      List<MeterReading> readings = new ArrayList<>(read.readings());
      used.readings().stream().filter(r -> r.quantity().signum() > 0).forEach(readings::add);
      // A prompt is asked once more after each tool, so that their sum is no single prompt.
      return new Usage(readings, null, read.cost(), read.reported());
    }
  }
}
