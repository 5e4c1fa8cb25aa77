package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Speech to text: files, and the transcribed turns of a realtime session. Newer models bill tokens,
 * older ones seconds; an answer as plain text or subtitles tells neither.
 */
final class OpenAiTranscription implements ProviderAdapter {
  private static final String TURN = "ws conversation.item.input_audio_transcription.completed";
  private static final JsonPaths PATHS =
      JsonPaths.of("usage", "duration", "error", "item_id", "model", "x_groq.id");
  private static final int USAGE = 0;
  private static final int DURATION = 1;
  private static final int ERROR = 2;
  private static final int ITEM = 3;
  private static final int MODEL = 4;
  private static final int GROQ_ID = 5;

  @Override
  public String operation() {
    return "transcription";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return path.equals(TURN)
        || (method.equals("POST")
            && (path.endsWith("/audio/transcriptions") || path.endsWith("/audio/translations")));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return FormBody.facts(requestBody, path);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable JsonNode usage;
    private @Nullable BigDecimal duration;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.error(document.node(ERROR));
      facts.id(document.text(ITEM));
      facts.id(document.text(GROQ_ID));
      facts.model(document.text(MODEL));
      JsonNode told = document.object(USAGE);
      usage = told == null ? usage : told;
      BigDecimal seconds = Counts.numberOrNull(document.node(DURATION));
      duration = seconds == null ? duration : seconds;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(read(), null, streamed || whole, false);
    }

    private @Nullable Usage read() {
      JsonNode told = usage;
      if (told == null) {
        return duration == null ? null : seconds(duration);
      }
      BigDecimal seconds = Counts.numberOrNull(told.get("seconds"));
      return "duration".equals(Counts.text(told, "type")) && seconds != null
          ? seconds(seconds)
          : OpenAiUsage.read(told, Reasoning.IN_OUTPUT, 0);
    }

    private static Usage seconds(BigDecimal seconds) {
      UsageTally tally = new UsageTally();
      tally.add(Meters.AUDIO_SECOND, seconds);
      return new Usage(
          tally.readings(),
          null,
          null,
          tally.isInconsistent() ? "{\"seconds\":" + seconds + "}" : null);
    }
  }
}
