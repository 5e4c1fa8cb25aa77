package io.llmcost.client.provider;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a realtime session as they pass, cut anywhere, and says which of them end a
 * turn that is billed. Knows the model from the session itself: OpenAI's provider tells it,
 * Gemini's caller asks for it in the first message. For one session, and one thread at a time.
 */
public final class SessionReader {
  /** A message larger than this is sound, not the end of a turn. */
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private static final String GOOGLE_PREFIX = "models/";
  private static final String TRANSCRIBED = "conversation.item.input_audio_transcription.completed";
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "type",
          "usageMetadata",
          "session.model",
          "session.audio.input.transcription.model",
          "session.input_audio_transcription.model",
          "setup.model");
  private static final int TYPE = 0;
  private static final int USAGE = 1;
  private static final int MODEL = 2;
  private static final int TRANSCRIPTION = 3;
  private static final int OLDER_TRANSCRIPTION = 4;
  private static final int SETUP_MODEL = 5;

  private final ProviderAdapters adapters;
  private final String provider;
  private final JsonDocument document = new JsonDocument(PATHS);
  private final JsonScanner scanner = new JsonScanner(PATHS, document);
  private byte[] message = new byte[1024];
  private int size;
  private boolean tooLarge;
  private boolean answering;
  private @Nullable String model;
  private @Nullable String transcriptionModel;

  /**
   * Reads a session with {@code provider}.
   *
   * @param model asked for when the session was opened, if it was
   */
  public SessionReader(ProviderAdapters adapters, String provider, @Nullable String model) {
    this.adapters = adapters;
    this.provider = provider;
    this.model = model;
  }

  /** A billed turn. */
  public record Turn(String operation, @Nullable String model, Completion completion) {}

  /** Takes a piece of the provider's current message. */
  public void accept(byte[] bytes, int offset, int length) {
    scanner.accept(bytes, offset, offset + length);
    tooLarge = tooLarge || size + length > MAX_MESSAGE_BYTES;
    if (!tooLarge) {
      if (size + length > message.length) {
        message = Arrays.copyOf(message, Math.max(size + length, 2 * message.length));
      }
      System.arraycopy(bytes, offset, message, size, length);
      size += length;
    }
  }

  /** Ends the provider's current message; returns the turn that ended with it, if one did. */
  public Optional<Turn> endOfMessage() {
    Optional<Turn> turn = scanner.isComplete() ? read() : Optional.empty();
    scanner.reset();
    size = 0;
    tooLarge = false;
    return turn;
  }

  /** Returns whether the caller's messages are worth a look: only until the model is known. */
  public boolean wantsCaller() {
    return model == null;
  }

  /** Takes a whole message of the caller's, or its beginning. */
  public void callerSaid(byte[] bytes, int offset, int length) {
    JsonDocument said = new JsonDocument(PATHS);
    JsonScanner reading = new JsonScanner(PATHS, said);
    reading.accept(bytes, offset, offset + length);
    String asked = said.text(SETUP_MODEL);
    if (asked != null) {
      int at = asked.lastIndexOf(GOOGLE_PREFIX);
      model = at < 0 ? asked : asked.substring(at + GOOGLE_PREFIX.length());
    }
  }

  /** Returns whether the provider is at work on an answer that it will bill. */
  public boolean isAnswering() {
    return answering;
  }

  private Optional<Turn> read() {
    String type = document.text(TYPE);
    if (type == null) {
      return document.has(USAGE) ? turn("usageMetadata", model) : Optional.empty();
    }
    switch (type) {
      case "session.created", "session.updated" -> session();
      case "response.created" -> answering = true;
      case "response.done" -> {
        answering = false;
        return turn(type, model);
      }
      case TRANSCRIBED -> {
        return turn(type, transcriptionModel);
      }
      default -> {}
    }
    return Optional.empty();
  }

  private void session() {
    String named = document.text(MODEL);
    model = named == null ? model : named;
    String transcription = document.text(TRANSCRIPTION);
    transcription = transcription == null ? document.text(OLDER_TRANSCRIPTION) : transcription;
    transcriptionModel = transcription == null ? transcriptionModel : transcription;
  }

  private Optional<Turn> turn(String type, @Nullable String served) {
    return adapters
        .find(provider, "POST", "ws " + type)
        .map(adapter -> new Turn(adapter.operation(), served, completion(adapter)));
  }

  private Completion completion(ProviderAdapter adapter) {
    AnswerReader reader = adapter.answer(AnswerHead.of(200));
    reader.accept(Arrays.copyOf(message, size));
    return reader.end();
  }
}
