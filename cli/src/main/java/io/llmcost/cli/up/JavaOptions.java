package io.llmcost.cli.up;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM options of the stack's processes. A start cache, where one was recorded, spares a JVM
 * most of its loading and linking; a JVM ignores one that does not fit its jars.
 *
 * @param caches where the start caches are
 * @param recording whether this run writes them, as each JVM ends
 */
record JavaOptions(Path caches, boolean recording) {
  private static final List<String> COMMON =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xlog:aot=off,cds=off");

  List<String> kafka() {
    return with("kafka", "-Xmx384m");
  }

  /** It serves a handful of schemas, so the quick compiler is enough. */
  List<String> registry() {
    return with("schema-registry", "-Xmx160m", "-XX:TieredStopAtLevel=1");
  }

  List<String> service(ServiceKind service) {
    return with(service.label(), "-Xmx160m");
  }

  private List<String> with(String name, String... own) {
    List<String> options = new ArrayList<>(COMMON);
    options.addAll(List.of(own));
    Path cache = caches.resolve(name + ".aot");
    if (recording) {
      options.add("-XX:AOTCacheOutput=" + cache);
    } else if (Files.exists(cache)) {
      options.add("-XX:AOTCache=" + cache);
    }
    return options;
  }
}
