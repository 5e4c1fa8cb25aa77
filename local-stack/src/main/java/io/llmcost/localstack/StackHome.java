package io.llmcost.localstack;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/** The checkout whose build laid out Kafka, the registry and PostgreSQL; paths out of it. */
public record StackHome(Path root) {
  private static final String BUILD = "build it first: mvn -q -DskipTests package";

  /** From the system property {@code llmcost.root}, else from {@code LLMCOST_HOME}. */
  public static StackHome locate() {
    @Nullable String root = System.getProperty("llmcost.root");
    if (root == null || root.isBlank()) {
      root = System.getenv("LLMCOST_HOME");
    }
    if (root == null || root.isBlank()) {
      throw new StackException("LLMCOST_HOME must name the llmcost checkout");
    }
    return new StackHome(Path.of(root).toAbsolutePath().normalize());
  }

  Path kafkaLibs() {
    return built("kafka/libs");
  }

  Path registry() {
    return built("registry");
  }

  Path postgresProgram(String name) {
    return built("postgres/bin/" + name);
  }

  /** The Java program of the JDK that runs this process. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The jar or directory that holds {@code type}, to start another JVM with it. */
  static Path holding(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new StackException("cannot tell where " + type.getName() + " was loaded from", e);
    }
  }

  private Path built(String name) {
    Path path = root.resolve("local-stack/target/stack").resolve(name);
    if (!Files.exists(path)) {
      throw new StackException("missing " + path + "; " + BUILD);
    }
    return path;
  }
}
