package io.llmcost.cli.up;

import java.util.ArrayList;
import java.util.List;

/** The JVM options of the stack's processes: heaps for one machine, and quick starts. */
final class JavaOptions {
  private static final List<String> COMMON =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xlog:aot=off,cds=off");

  private JavaOptions() {}

  static List<String> kafka(StartCache cache) {
    return with(cache, "-Xmx384m");
  }

  /** It serves a handful of schemas, so the quick compiler is enough. */
  static List<String> registry(StartCache cache) {
    return with(cache, "-Xmx160m", "-XX:TieredStopAtLevel=1");
  }

  static List<String> service(StartCache cache) {
    return with(cache, "-Xmx160m");
  }

  private static List<String> with(StartCache cache, String... own) {
    List<String> options = new ArrayList<>(COMMON);
    options.addAll(List.of(own));
    options.addAll(cache.options());
    return options;
  }
}
