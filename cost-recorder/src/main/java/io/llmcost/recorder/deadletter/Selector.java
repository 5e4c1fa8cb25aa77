package io.llmcost.recorder.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant, for lists and acts alike. Fields narrow each other; within one, any
 * of its values will do, and an empty one does not matter.
 *
 * @param topic original topics
 * @param from first instant of dead-lettering
 * @param to first instant after it
 * @param key record keys, as text or, for such as are none, in hex
 * @param states in which a letter may be
 * @param message text that the message contains, in any case
 */
public record Selector(
    List<String> cause,
    List<String> topic,
    @Nullable Instant from,
    @Nullable Instant to,
    List<String> key,
    List<String> project,
    List<String> provider,
    List<String> model,
    List<LetterState> states,
    List<UUID> ids,
    @Nullable String message) {

  public Selector {
    cause = List.copyOf(cause);
    topic = List.copyOf(topic);
    key = List.copyOf(key);
    project = List.copyOf(project);
    provider = List.copyOf(provider);
    model = List.copyOf(model);
    states = List.copyOf(states);
    ids = List.copyOf(ids);
  }

  /** Returns whether nothing narrows it: every dead letter is meant. */
  public boolean isEmpty() {
    return from == null
        && to == null
        && message == null
        && cause.isEmpty()
        && topic.isEmpty()
        && key.isEmpty()
        && project.isEmpty()
        && provider.isEmpty()
        && model.isEmpty()
        && states.isEmpty()
        && ids.isEmpty();
  }

  /** Returns it for letters in {@code others} alone. */
  public Selector in(List<LetterState> others) {
    return new Selector(
        cause, topic, from, to, key, project, provider, model, others, ids, message);
  }
}
