package io.llmcost.cli.endpoint;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a running stack wrote into its data directory: where all is, and the tokens by role. */
final class StackFile {
  private static final String NAME = "stack.json";

  private final Path path;
  private final JsonNode content;

  private StackFile(Path path, JsonNode content) {
    this.path = path;
    this.content = content;
  }

  /** The first of the directories that has one; empty where none does. */
  static Optional<StackFile> find(List<Path> dataDirectories) {
    for (Path directory : dataDirectories) {
      Path path = directory.resolve(NAME);
      try {
        byte[] bytes = Files.readAllBytes(path);
        return Optional.of(new StackFile(path, JsonMapper.shared().readTree(bytes)));
      } catch (NoSuchFileException | NotDirectoryException e) {
        // The next one may have it.
      } catch (IOException e) {
        throw new CommandFailure(path + " cannot be read: " + e, e);
      } catch (JacksonException e) {
        throw new CommandFailure(path + " is not JSON: " + e.getOriginalMessage(), e);
      }
    }
    return Optional.empty();
  }

  String require(String key) {
    String value = text(content.path(key));
    if (value == null) {
      throw new CommandFailure(path + " names no " + key);
    }
    return value;
  }

  String token(String role) {
    String value = text(content.path("tokens").path(role));
    if (value == null) {
      throw new CommandFailure(path + " has no token of role " + role);
    }
    return value;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() && !node.asString().isBlank() ? node.asString() : null;
  }
}
