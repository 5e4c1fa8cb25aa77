package io.llmcost.localstack;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether tests run on containers or on local processes, and why. */
sealed interface BackendChoice {
  /** The environment variable that decides in place of what is found. */
  String SETTING = "LLMCOST_BACKENDS";

  String reason();

  record Docker(String reason) implements BackendChoice {}

  record Local(String reason) implements BackendChoice {}

  /** A Docker engine, as far as the choice depends on it. */
  interface Engine {
    /** The images of the list that it neither has nor gets in a short time. */
    List<String> unavailable(List<String> images);
  }

  /** {@code docker} without an engine that has the images is an error, never another choice. */
  static BackendChoice of(@Nullable String setting, Supplier<Optional<? extends Engine>> engine) {
    return switch (setting) {
      case null -> found(engine);
      case "" -> found(engine);
      case "local" -> new Local("local processes, as " + SETTING + " says");
      case "docker" ->
          switch (found(engine)) {
            case Docker docker -> docker;
            case Local local ->
                throw new StackException(SETTING + "=docker, but " + local.reason());
          };
      default -> throw new StackException(SETTING + " is docker or local, not '" + setting + "'");
    };
  }

  private static BackendChoice found(Supplier<Optional<? extends Engine>> engine) {
    Optional<? extends Engine> found = engine.get();
    if (found.isEmpty()) {
      return new Local("local processes, since no Docker engine answers");
    }
    List<String> images = Images.needed(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
    List<String> missing = found.get().unavailable(images);
    return missing.isEmpty()
        ? new Docker("containers " + String.join(", ", images))
        : new Local(
            "local processes, since the Docker engine can provide no "
                + String.join(", ", missing));
  }
}
