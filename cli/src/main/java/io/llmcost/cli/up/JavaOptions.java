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

  private static final List<String> BOUNDED =
      List.of(
          "-XX:CICompilerCount=2",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:TrimNativeHeapInterval=5000");

  private JavaOptions() {}

  static List<String> kafka(StartCache cache) {
    return with(cache, List.of("-Xmx384m"));
  }

  /** It serves a handful of schemas, so the quick compiler is enough. */
  static List<String> registry(StartCache cache) {
    return with(cache, List.of("-Xmx160m", "-XX:TieredStopAtLevel=1"));
  }

  /**
   * Compiled code and compiler threads are bounded, and the C library's free memory is given back,
   * so that a consumer stays within 350 MB resident under load; its heap fits a poll's records.
   */
  static List<String> service(ServiceKind kind, StartCache cache) {
    List<String> heap =
        switch (kind) {
          case CALCULATOR -> batches("-Xmx116m", "-Xmn50m");
          case RECORDER -> batches("-Xmx136m", "-Xmn68m");
          case GATEWAY, REPORTING -> List.of("-Xmx160m");
        };
    List<String> own = new ArrayList<>(heap);
    own.addAll(BOUNDED);
    return with(cache, own);
  }

  /**
   * A batch dies young, if it is let: survivors have room for the batches in work, so that none of
   * them is moved to the old generation, whose collections were half of the recorder's time.
   */
  private static List<String> batches(String heap, String young) {
    return List.of(heap, young, "-XX:SurvivorRatio=4", "-XX:TargetSurvivorRatio=90");
  }

  private static List<String> with(StartCache cache, List<String> own) {
    List<String> options = new ArrayList<>(COMMON);
    options.addAll(own);
    options.addAll(cache.options());
    return options;
  }
}
