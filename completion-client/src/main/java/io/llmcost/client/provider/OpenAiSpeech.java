package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Text to speech: an event-stream tells its usage at the end, plain audio tells none. */
final class OpenAiSpeech implements ProviderAdapter {
  private static final JsonPaths PATHS = JsonPaths.of("usage", "error");
  private static final int USAGE = 0;
  private static final int ERROR = 1;

  @Override
  public String operation() {
    return "speech";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && path.endsWith("/audio/speech");
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

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.error(document.node(ERROR));
      JsonNode told = document.object(USAGE);
      usage = told == null ? usage : told;
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      Usage read =
          usage == null
              ? null
              : OpenAiUsage.read(usage, Reasoning.IN_OUTPUT, 0, Meters.OUTPUT_AUDIO);
      return facts.completion(read, null, true, false);
    }
  }
}
