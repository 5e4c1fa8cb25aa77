package io.llmcost.schemas;

import org.jspecify.annotations.Nullable;

/** The model that an event is counted and reported under. */
public final class BilledModel {
  /** Stands for a model that cannot be known. */
  public static final String UNKNOWN = "unknown";

  private BilledModel() {}

  /** Returns the model that answered, else the one that was asked for, else {@link #UNKNOWN}. */
  public static String of(LlmRequestCompleted event) {
    if (!isBlank(event.getModel())) {
      return event.getModel();
    }
    return isBlank(event.getModelRequested()) ? UNKNOWN : event.getModelRequested();
  }

  private static boolean isBlank(@Nullable String value) {
    return value == null || value.isBlank();
  }
}
