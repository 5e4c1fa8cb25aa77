package io.llmcost.localstack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands put before a child's own, each of which execs the next so that the pid stays: a
 * session of its own, another user where root is refused, and death with this JVM. What this
 * machine offers is tried once.
 */
final class Containment {
  private static final String WATCHER =
      "self=$$; (while kill -0 \"$0\" 2>/dev/null && kill -0 $self 2>/dev/null; do sleep 1; done;"
          + " kill -9 $self 2>/dev/null) >/dev/null 2>&1 </dev/null & exec \"$@\"";
  private static final String PERL_SESSION =
      "use POSIX qw(setsid); setsid(); exec @ARGV or die \"exec: $!\"";

  private static final List<String> SESSION =
      firstThatWorks(List.of("setsid"), List.of("perl", "-e", PERL_SESSION));
  private static final List<String> DEATH_WITH_PARENT =
      firstThatWorks(
          List.of("setpriv", "--pdeathsig", "KILL", "--"),
          List.of("sh", "-c", WATCHER, Long.toString(ProcessHandle.current().pid())));

  private Containment() {}

  static List<String> prefix(boolean refusesRoot) {
    List<String> prefix = new ArrayList<>(SESSION);
    if (refusesRoot && isRoot()) {
      prefix.addAll(NotRoot.PREFIX);
    }
    prefix.addAll(DEATH_WITH_PARENT);
    return prefix;
  }

  /** Evaluated only where something refuses to run as root. */
  private static final class NotRoot {
    /**
     * A user namespace keeps every file root's own. Containers mostly forbid one; there another
     * user that may still pass root's directories does.
     */
    static final List<String> PREFIX =
        firstThatWorks(
            List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"),
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=+dac_override",
                "--ambient-caps=+dac_override"),
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      return "root".equals(System.getProperty("user.name")); // no /proc here
    }
  }

  @SafeVarargs
  private static List<String> firstThatWorks(List<String>... prefixes) {
    for (List<String> prefix : prefixes) {
      if (works(prefix)) {
        return prefix;
      }
    }
    return List.of();
  }

  private static boolean works(List<String> prefix) {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      Process probe =
          Spawner.start(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD));
      return probe.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
