package io.llmcost.cli.deadletter;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What can be done to a replay that is under way. */
final class ReplayActs {
  private ReplayActs() {}

  /** Text as one segment of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** One act. */
  abstract static class Act implements Runnable {
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "REPLAY", description = "As dead-letters replays shows it.")
    private String id = "";

    private final String name;

    Act(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      JsonNode replay =
          output
              .operator()
              .post(
                  "/v1/replays/" + segment(id) + "/" + name, JsonNodeFactory.instance.objectNode());
      if (output.isJson()) {
        output.json(replay);
      } else {
        output.text(ReplayText.of(replay));
      }
    }
  }

  /** Sends no more for now. */
  @Command(name = "pause", description = "Send no more of a replay until it is resumed.")
  static final class Pause extends Act {
    Pause() {
      super("pause");
    }
  }

  /** Goes on. */
  @Command(name = "resume", description = "Go on with a paused replay.")
  static final class Resume extends Act {
    Resume() {
      super("resume");
    }
  }

  /** Ends it. */
  @Command(name = "cancel", description = "End a replay; what it has not sent is as it was before.")
  static final class Cancel extends Act {
    Cancel() {
      super("cancel");
    }
  }
}
