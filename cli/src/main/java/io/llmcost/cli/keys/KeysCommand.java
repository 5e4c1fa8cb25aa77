package io.llmcost.cli.keys;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Table;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keys that a gateway gives to its callers; running gateways see a change within a second. */
@Command(
    name = "keys",
    sortOptions = false,
    description =
        "Give out keys of the gateway, which callers put where their SDK takes its API key; the"
            + " gateway's own key for the provider takes its place.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AddCommand.class,
      KeysCommand.ListKeys.class,
      KeysCommand.Rotate.class,
      KeysCommand.Revoke.class
    })
public final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command: add, list, rotate or revoke?");
  }

  static Instant now() {
    return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Every key, and whether it may be used. */
  @Command(
      name = "list",
      sortOptions = false,
      description = "Show the keys: whose they are, what they may call, until when.")
  static final class ListKeys implements Runnable {
    @Mixin private KeyFileOption file = new KeyFileOption();

    @Option(names = "--json", description = "As JSON, for programs; with the hashes.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      GatewayKeys keys = file.read();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new String(keys.toJson(), StandardCharsets.UTF_8));
      } else {
        out.print(table(keys, now()));
      }
      out.flush();
    }

    private static String table(GatewayKeys keys, Instant now) {
      Table table =
          new Table()
              .text("id")
              .text("name")
              .text("state")
              .text("project")
              .text("user")
              .text("tags")
              .text("models")
              .text("created")
              .text("expires");
      for (GatewayKey key : keys.keys()) {
        table.row(
            key.id(),
            key.name(),
            state(key, now),
            orDash(key.project()),
            orDash(key.userId()),
            key.tags().isEmpty() ? "-" : pairs(key.tags()),
            key.models().isEmpty() ? "any" : String.join(",", key.models()),
            key.createdAt().toString(),
            key.expiresAt() == null ? "-" : key.expiresAt().toString());
      }
      return table.render();
    }

    private static String state(GatewayKey key, Instant now) {
      return switch (key.state(now)) {
        case REVOKED -> "revoked";
        case EXPIRED -> "expired";
        case ACTIVE ->
            key.secrets().stream().filter(secret -> secret.isTaken(now)).count() > 1
                ? "rotating"
                : "active";
      };
    }

    private static String pairs(Map<String, String> tags) {
      return tags.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(tag -> tag.getKey() + "=" + tag.getValue())
          .collect(Collectors.joining(","));
    }

    private static String orDash(@Nullable String text) {
      return text == null ? "-" : text;
    }
  }

  /** A new secret for a key. */
  @Command(
      name = "rotate",
      sortOptions = false,
      description =
          "Give a key a new secret, printed once; the old one is taken for a while yet. The id, and"
              + " so the reports, stay.")
  static final class Rotate implements Runnable {
    @Parameters(paramLabel = "ID", description = "The key's id, or its name.")
    private String id = "";

    @Option(
        names = "--grace",
        paramLabel = "DURATION",
        defaultValue = "24h",
        converter = DurationText.class,
        description = "How long the old secret is taken beside it; 0s: no longer (default: 24h).")
    private Duration grace = Duration.ZERO;

    @Mixin private KeyFileOption file = new KeyFileOption();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      String secret = GatewayKeys.newSecret();
      Instant now = now();
      file.update(
          keys -> {
            GatewayKey key = KeyFileOption.require(keys, id);
            if (key.state(now) != GatewayKey.State.ACTIVE) {
              throw new IllegalArgumentException(
                  key.id() + " is " + ListKeys.state(key, now) + "; add a new key");
            }
            return keys.with(
                key.id(),
                old -> old.rotated(TokenAuthenticator.hash(secret), now, now.plus(grace)));
          });
      spec.commandLine().getOut().println(secret);
      spec.commandLine().getOut().flush();
    }
  }

  /** The end of a key. */
  @Command(
      name = "revoke",
      sortOptions = false,
      description = "Refuse a key from now on, for good. It stays listed, for the reports' sake.")
  static final class Revoke implements Runnable {
    @Parameters(paramLabel = "ID", description = "The key's id, or its name.")
    private String id = "";

    @Mixin private KeyFileOption file = new KeyFileOption();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      Instant now = now();
      file.update(keys -> keys.with(KeyFileOption.require(keys, id).id(), key -> key.revoked(now)));
      spec.commandLine().getOut().println(id + " is refused from now on");
      spec.commandLine().getOut().flush();
    }
  }
}
