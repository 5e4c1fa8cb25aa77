package io.llmcost.cli.keys;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which file a command works on, and its failures in words. */
final class KeyFileOption {
  private static final String VARIABLE = "LLMCOST_GATEWAY_KEYS_FILE";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "The gateways' key file, made where it is missing (default: LLMCOST_GATEWAY_KEYS_FILE,"
              + " else that of the stack that runs here).")
  private @Nullable Path file;

  @Mixin private Endpoints endpoints = new Endpoints();

  private GatewayKeyFile file() {
    Path given = file;
    String variable = System.getenv(VARIABLE);
    if (given == null && variable != null && !variable.isBlank()) {
      given = Path.of(variable);
    }
    return new GatewayKeyFile(given != null ? given : endpoints.gatewayKeysFile());
  }

  /** The keys as they are. */
  GatewayKeys read() {
    GatewayKeyFile from = file();
    try {
      return from.read();
    } catch (NoSuchFileException e) {
      throw new CommandFailure(from.path() + " is not there; ./llmcost keys add makes it", e);
    } catch (IOException | IllegalArgumentException e) {
      throw failure(from, e);
    }
  }

  /** Replaces the keys. */
  void update(UnaryOperator<GatewayKeys> change) {
    GatewayKeyFile to = file();
    try {
      to.update(change);
    } catch (UncheckedIOException e) {
      Exception cause = e.getCause();
      throw failure(to, cause == null ? e : cause);
    } catch (IllegalArgumentException e) {
      throw failure(to, e);
    }
  }

  /** The key that a person named by its id or name. */
  static GatewayKey require(GatewayKeys keys, String idOrName) {
    return keys.find(idOrName)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "no key, or more than one, is called '"
                        + idOrName
                        + "'; ./llmcost keys list shows the ids"));
  }

  private static CommandFailure failure(GatewayKeyFile file, Exception e) {
    String reason = e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
    return new CommandFailure(file.path() + ": " + reason, e);
  }
}
