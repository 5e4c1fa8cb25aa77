package io.llmcost.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** The container images of the three servers, of the versions that the build has. */
final class Images {
  static final String KAFKA = read("kafka");
  static final String POSTGRES = read("postgres");
  static final String REGISTRY = read("registry");

  private Images() {}

  static List<String> all() {
    return List.of(KAFKA, POSTGRES, REGISTRY);
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
