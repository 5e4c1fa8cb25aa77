package io.llmcost.cli.repricing;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.endpoint.Service;
import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Confirmation;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How every change of the past goes: it is examined, shown, and where that is wanted applied, and
 * then waited for until the ledger has it.
 */
public final class RepricingRun {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Set<String> EXAMINED = Set.of("examined", "applied", "cancelled", "sent");
  private static final Set<String> APPLIED = Set.of("applied", "cancelled");

  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private Endpoints endpoints = new Endpoints();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table for people or json for programs (default: table).")
  private Format format = Format.TABLE;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      defaultValue = "10m",
      description = "Give up waiting when nothing has moved for so long (default: 10m).")
  private Duration timeout = Duration.ofMinutes(10);

  /** How the answer is written. */
  private enum Format {
    TABLE,
    JSON
  }

  /** Examines what {@code body} asks for and, unless it is a dry run, applies it. */
  public void run(
      String path, ObjectNode body, @Nullable String idempotencyKey, boolean dryRun, String later) {
    ServiceClient calculator = calculator();
    body.put("dry_run", true);
    JsonNode made =
        calculator.post(
            path,
            body,
            idempotencyKey == null ? Map.of() : Map.of("idempotency-key", idempotencyKey));
    String id = RepricingText.cell(made, "id");
    JsonNode found = await(calculator, path + "/" + id, made, EXAMINED);
    boolean isOpen = RepricingText.cell(found, "state").equals("examined");
    boolean isEmpty = RepricingText.count(found.path("dry_run"), "changed") == 0;
    if (dryRun || !isOpen || isEmpty) {
      show(found);
      if (format == Format.TABLE && isOpen) {
        text(
            isEmpty
                ? "nothing would change\n"
                : "dry run; nothing was sent. Apply just this: " + later.formatted(id) + "\n");
      }
      return;
    }
    if (format == Format.TABLE) {
      show(found);
    }
    confirmation.require(spec, "Apply it?");
    apply(path, id);
  }

  /** Applies what was examined before, and waits until the ledger has it. */
  public void apply(String path, String id) {
    ServiceClient calculator = calculator();
    JsonNode begun =
        calculator.post(path + "/" + id + "/apply", JsonMapper.shared().createObjectNode());
    JsonNode end = await(calculator, path + "/" + id, begun, APPLIED);
    show(end);
    long lost = RepricingText.count(end.path("ledger"), "outstanding");
    if (lost > 0) {
      throw new CommandFailure(
          "%,d targets are dead letters: dead-letters list --topic llm.request.costed says why"
              .formatted(lost));
    }
    long failed = RepricingText.count(end.path("apply"), "failed");
    if (failed > 0) {
      throw new CommandFailure("%,d requests could not be costed".formatted(failed));
    }
  }

  /** Shows one that was made before. */
  void showOne(String path, String id) {
    show(calculator().get(path + "/" + id, new Query()));
  }

  /** Cancels one that was made before. */
  void cancel(String path, String id) {
    show(calculator().post(path + "/" + id + "/cancel", JsonMapper.shared().createObjectNode()));
  }

  /** Shows those that were made, the newest first. */
  void list(String path) {
    JsonNode page = calculator().get(path, new Query().add("limit", "50"));
    if (format == Format.JSON) {
      show(page);
    } else {
      text(page.path("data").isEmpty() ? "none\n" : RepricingText.list(page.path("data")));
    }
  }

  private ServiceClient calculator() {
    return endpoints.client(Service.CALCULATOR, "price_admin");
  }

  /** The calculator, for commands that do more than this. */
  public ServiceClient client() {
    return calculator();
  }

  private void show(JsonNode repricing) {
    text(
        format == Format.JSON
            ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(repricing)
                + "\n"
            : RepricingText.of(repricing));
  }

  private void text(String text) {
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }

  private JsonNode await(
      ServiceClient calculator, String path, JsonNode begun, Set<String> states) {
    JsonNode last = begun;
    long moved = System.nanoTime();
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      while (!states.contains(RepricingText.cell(last, "state"))) {
        if (System.nanoTime() - moved > timeout.toNanos()) {
          throw new CommandFailure(
              "nothing moved for %d s; %s; it goes on by itself"
                  .formatted(timeout.toSeconds(), RepricingText.progress(last)));
        }
        progress.show(RepricingText.progress(last));
        Thread.sleep(LOOK_EVERY);
        JsonNode now = calculator.get(path, new Query());
        moved = now.equals(last) ? moved : System.nanoTime();
        last = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted; it goes on by itself", e);
    }
    return last;
  }
}
