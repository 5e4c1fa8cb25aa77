package io.llmcost.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The processes of a stack: who they are, and standing still while a topic is being filled. */
final class StackProcesses {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path stackFile;

  StackProcesses(Path stackFile) {
    this.stackFile = stackFile;
  }

  Map<String, Long> pids(List<String> names) throws IOException {
    JsonNode processes = JSON.readTree(Files.readString(stackFile)).path("processes");
    Map<String, Long> pids = new LinkedHashMap<>();
    names.forEach(name -> pids.put(name, processes.path(name).asLong()));
    return pids;
  }

  void stop(String name) throws IOException, InterruptedException {
    signal("STOP", name);
  }

  void resume(String name) throws IOException, InterruptedException {
    signal("CONT", name);
  }

  private void signal(String signal, String name) throws IOException, InterruptedException {
    for (long pid : pids(List.of(name)).values()) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
    }
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
