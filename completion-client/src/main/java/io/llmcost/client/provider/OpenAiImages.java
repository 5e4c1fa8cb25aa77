package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Meters;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Images, made or edited: newer models tell tokens, older ones bill each image. */
final class OpenAiImages implements ProviderAdapter {
  private static final Set<String> PATH_ENDS =
      Set.of("/images/generations", "/images/edits", "/images/variations");
  private static final JsonPaths PATHS =
      JsonPaths.of("usage", "error", "created", "data[]", "type");
  private static final int USAGE = 0;
  private static final int ERROR = 1;
  private static final int CREATED = 2;
  private static final int IMAGES = 3;
  private static final int TYPE = 4;

  @Override
  public String operation() {
    return "images";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && PATH_ENDS.stream().anyMatch(path::endsWith);
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
    private int images;
    private boolean completed;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.error(document.node(ERROR));
      facts.createdAt(document.whole(CREATED));
      JsonNode told = document.object(USAGE);
      usage = told == null ? usage : told;
      images = Math.max(images, document.count(IMAGES));
      String type = document.text(TYPE);
      completed = completed || (type != null && type.endsWith(".completed"));
    }

    @Override
    public @Nullable Instant createdAt() {
      return facts.createdAt();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(read(), null, streamed ? completed : whole, false);
    }

    private @Nullable Usage read() {
      JsonNode told = usage;
      if (told != null) {
        return OpenAiUsage.read(told, Reasoning.IN_OUTPUT, 0, Meters.OUTPUT_IMAGE);
      }
      UsageTally tally = new UsageTally();
      tally.add(Meters.IMAGE, images);
      return images == 0 ? null : tally.usage();
    }
  }
}
