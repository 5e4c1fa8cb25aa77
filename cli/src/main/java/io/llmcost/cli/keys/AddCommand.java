package io.llmcost.cli.keys;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.cli.terminal.TimeBound;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A new key; its secret is printed once, and kept nowhere. */
@Command(
    name = "add",
    sortOptions = false,
    description =
        "Make a key and print it: this once, since only its hash is kept. What is given here goes"
            + " before what callers say of themselves.")
final class AddCommand implements Runnable {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");
  private static final int ID_LENGTH = 10;

  @Parameters(paramLabel = "NAME", description = "What people call it: a team, a service.")
  private String name = "";

  @Option(names = "--project", paramLabel = "P", description = "The project of its calls.")
  private @Nullable String project;

  @Option(names = "--user", paramLabel = "U", description = "The user of its calls.")
  private @Nullable String user;

  @Option(names = "--request-type", paramLabel = "T", description = "What its calls are for.")
  private @Nullable String requestType;

  @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A tag; repeatable.")
  private Map<String, String> tags = Map.of();

  @Option(
      names = "--model",
      paramLabel = "GLOB",
      description = "A model that may be called, * for any text; repeatable (default: all).")
  private List<String> models = List.of();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      description = "In so many days (90d), at a date (UTC) or a time (default: never).")
  private @Nullable String expires;

  @Option(
      names = "--trust-headers",
      description = "Let the callers' own x-llmcost-* headers go before what is given here.")
  private boolean trustsHeaders;

  @Mixin private KeyFileOption file = new KeyFileOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    String secret = GatewayKeys.newSecret();
    Instant now = KeysCommand.now();
    GatewayKey key = key(TokenAuthenticator.hash(secret), now, expiry(now));
    file.update(keys -> keys.plus(key));
    spec.commandLine().getErr().println("key " + key.id() + "; it is not shown again:");
    spec.commandLine().getErr().flush();
    spec.commandLine().getOut().println(secret);
    spec.commandLine().getOut().flush();
  }

  private GatewayKey key(String hash, Instant now, @Nullable Instant expiry) {
    try {
      return new GatewayKey(
          "key-" + UUID.randomUUID().toString().replace("-", "").substring(0, ID_LENGTH),
          name,
          List.of(new GatewayKey.Secret(hash, now, null)),
          project,
          user,
          requestType,
          tags,
          models,
          trustsHeaders,
          now,
          expiry,
          null);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable Instant expiry(Instant now) {
    String text = expires;
    if (text == null) {
      return null;
    }
    Matcher days = DAYS.matcher(text);
    try {
      Instant end =
          days.matches()
              ? now.plus(Duration.ofDays(Long.parseLong(days.group(1))))
              : TimeBound.parse(text, ZoneOffset.UTC);
      if (!end.isAfter(now)) {
        throw new IllegalArgumentException("--expires: " + end + " is past");
      }
      return end;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
