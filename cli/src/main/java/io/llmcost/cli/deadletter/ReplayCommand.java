package io.llmcost.cli.deadletter;

import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.endpoint.ServiceClient.Query;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.cli.terminal.Confirmation;
import io.llmcost.cli.terminal.DurationText;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends dead letters again, and waits for what becomes of them. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Send dead letters again to the topics that they came from, each once.",
      "Open ones only, unless parked ones are asked for; waits for the end of each."
    })
final class ReplayCommand implements Runnable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final Set<String> ENDS = Set.of("done", "cancelled", "paused");

  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "These, or those of the filters.")
  private List<String> ids = List.of();

  @Mixin private LetterFilters filters = new LetterFilters();

  @Option(names = "--all", description = "Every open one.")
  private boolean all;

  @Option(names = "--dry-run", description = "Only say what would become of them.")
  private boolean dryRun;

  @Option(names = "--rate", paramLabel = "N", description = "Records a second.")
  private @Nullable Integer rate;

  @Option(names = "--cap", paramLabel = "N", description = "At most so many, the oldest first.")
  private @Nullable Integer cap;

  @Option(
      names = "--include-parked",
      description = "Those too that failed so often that they were parked.")
  private boolean includeParked;

  @Option(names = "--note", paramLabel = "TEXT", description = "For the audit.")
  private @Nullable String note;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Of a dry run: so many single results (default: 100).")
  private @Nullable Integer limit;

  @Option(names = "--detach", description = "Do not wait.")
  private boolean detach;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      defaultValue = "10m",
      description = "Give up waiting when nothing has moved for so long (default: 10m).")
  private Duration timeout = Duration.ofMinutes(10);

  @Mixin private Confirmation confirmation = new Confirmation();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    ObjectNode body = body();
    if (dryRun) {
      JsonNode report = output.reader().post("/v1/replays", body.put("dry_run", true));
      if (output.isJson()) {
        output.json(report);
      } else {
        output.text(ReplayText.dryRun(report));
      }
      return;
    }
    confirmation.require(spec, "Send them again?");
    ServiceClient operator = output.operator();
    JsonNode replay = operator.post("/v1/replays", body);
    if (!detach) {
      replay = await(operator, replay);
    }
    if (output.isJson()) {
      output.json(replay);
    } else {
      output.text(ReplayText.of(replay));
      if (replay.path("failed").asLong(0) > 0) {
        output.text(
            "%s failed again and are open or parked: dead-letters list says why%n"
                .formatted(Figures.count(replay.path("failed").asLong(0))));
      }
    }
  }

  private ObjectNode body() {
    ObjectNode body = filters.act(ids, all).put("include_parked", includeParked);
    if (rate != null) {
      body.put("rate", rate);
    }
    if (cap != null) {
      body.put("cap", cap);
    }
    if (note != null) {
      body.put("note", note);
    }
    if (limit != null) {
      body.put("limit", limit);
    }
    return body;
  }

  private JsonNode await(ServiceClient operator, JsonNode begun) {
    String path = "/v1/replays/" + begun.path("id").asString("");
    JsonNode last = begun;
    long moved = System.nanoTime();
    try (Progress progress = Progress.on(spec.commandLine().getErr())) {
      while (!ENDS.contains(last.path("state").asString(""))) {
        if (System.nanoTime() - moved > timeout.toNanos()) {
          throw new CommandFailure(
              "nothing moved for %d s; %s; it goes on by itself: dead-letters replays"
                  .formatted(timeout.toSeconds(), ReplayText.progress(last)));
        }
        progress.show(ReplayText.progress(last));
        Thread.sleep(LOOK_EVERY);
        JsonNode now = operator.get(path, new Query());
        moved = now.equals(last) ? moved : System.nanoTime();
        last = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted; the replay goes on by itself", e);
    }
    return last;
  }
}
