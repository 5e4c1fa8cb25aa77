package io.llmcost.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The container images of the three servers, of the versions that the build has. */
final class Images {
  static final String KAFKA = read("kafka");
  static final String POSTGRES = read("postgres");
  static final String REGISTRY = read("registry");
  static final String REAPER = read("reaper");

  private Images() {}

  /** The three, and the one that Testcontainers adds unless it is told not to. */
  static List<String> needed(@Nullable String reaperDisabled) {
    return Boolean.parseBoolean(reaperDisabled)
        ? List.of(KAFKA, POSTGRES, REGISTRY)
        : List.of(KAFKA, POSTGRES, REGISTRY, REAPER);
  }

  private static String read(String name) {
    Properties images = new Properties();
    try (InputStream in = Images.class.getResourceAsStream("images.properties")) {
      images.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Objects.requireNonNull(images.getProperty(name));
  }
}
