package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Statuses;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's Responses, however received: as a body, as a stream whose last event carries the whole
 * response, or fetched again by id. One in the background is pending until it reaches an end.
 */
final class OpenAiResponses implements ProviderAdapter {
  private static final String PATH = "/responses";
  private static final String COMPACT = PATH + "/compact";

  /** The members of a response, which a stream wraps in the member {@code response}. */
  private static final String[] MEMBERS = {
    "id",
    "model",
    "created_at",
    "service_tier",
    "status",
    "usage",
    "error",
    "output[].type",
    "output[].action.type",
    "background"
  };

  private static final int ID = 0;
  private static final int MODEL = 1;
  private static final int CREATED_AT = 2;
  private static final int SERVICE_TIER = 3;
  private static final int STATUS = 4;
  private static final int USAGE = 5;
  private static final int ERROR = 6;
  private static final int OUTPUT_TYPE = 7;
  private static final int ACTION_TYPE = 8;
  private static final int BACKGROUND = 9;

  private static final int STREAM = MEMBERS.length;
  private static final int TYPE = 2 * STREAM;
  private static final int CODE = TYPE + 1;

  private static final JsonPaths PATHS = paths();
  private static final Set<String> NOT_YET = Set.of("queued", "in_progress");

  private static JsonPaths paths() {
    String[] paths = new String[CODE + 1];
    for (int i = 0; i < STREAM; i++) {
      paths[i] = MEMBERS[i];
      paths[STREAM + i] = "response." + MEMBERS[i];
    }
    paths[TYPE] = "type";
    paths[CODE] = "code";
    return JsonPaths.of(paths);
  }

  @Override
  public String operation() {
    return "responses";
  }

  @Override
  public boolean refetchable() {
    return true;
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    if (method.equals("POST")) {
      return path.endsWith(PATH) || path.endsWith(COMPACT);
    }
    int at = path.lastIndexOf('/');
    return method.equals("GET") && at > 0 && path.substring(0, at).endsWith(PATH);
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
    private @Nullable String status;
    private @Nullable JsonNode usage;
    private long webSearches;
    private boolean background;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      if (!streamed) {
        response(document, 0);
        return;
      }
      response(document, STREAM);
      if ("error".equals(document.text(TYPE))) {
        String code = document.text(CODE);
        facts.failed(code == null ? "error" : code);
        facts.error(document.node(ERROR));
      }
    }

    private void response(JsonDocument document, int base) {
      facts.id(document.text(base + ID));
      facts.model(document.text(base + MODEL));
      facts.createdAt(document.whole(base + CREATED_AT));
      facts.serviceTier(document.text(base + SERVICE_TIER));
      facts.error(document.node(base + ERROR));
      String state = document.text(base + STATUS);
      status = state == null ? status : state;
      JsonNode flag = document.node(base + BACKGROUND);
      background = flag == null ? background : flag.asBoolean(false);
      JsonNode told = document.object(base + USAGE);
      if (told != null) {
        usage = told;
        webSearches = webSearches(document, base);
      }
    }

    // Opening a found page is an action of a search call as well, and bills nothing.
    private static long webSearches(JsonDocument document, int base) {
      List<@Nullable String> types = document.texts(base + OUTPUT_TYPE);
      List<@Nullable String> actions = document.texts(base + ACTION_TYPE);
      long searches = 0;
      for (int i = 0; i < types.size(); i++) {
        String action = i < actions.size() ? actions.get(i) : null;
        if ("web_search_call".equals(types.get(i)) && (action == null || action.equals("search"))) {
          searches++;
        }
      }
      return searches;
    }

    @Override
    public boolean isFinished() {
      return status != null && !NOT_YET.contains(status);
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
      boolean waits = status != null && NOT_YET.contains(status);
      // A stream of it that is cut ends nothing: the provider works on, and tells the end later.
      boolean pending = waits && !facts.isFailed() && (streamed ? background : whole);
      if ("failed".equals(status) && !facts.isFailed()) {
        facts.failed("failed");
      }
      boolean finished = streamed ? status != null && !waits : whole;
      Usage read = usage == null ? null : OpenAiUsage.read(usage, Reasoning.IN_OUTPUT, webSearches);
      Completion completion = facts.completion(read, null, finished, pending);
      return Statuses.CANCELLED.equals(status) ? completion.cancelled() : completion;
    }
  }
}
