package io.llmcost.localstack;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * The broker's main class: formats the log directory when it is new, then is {@code kafka.Kafka};
 * one JVM start in place of two. Takes the path of a server.properties.
 */
public final class KafkaNode {
  private KafkaNode() {}

  public static void main(String[] args) throws IOException {
    Path settings = Path.of(args[0]);
    Path formatted = Path.of(read(settings).getProperty("log.dirs"), "meta.properties");
    if (!Files.exists(formatted)) {
      int failed =
          StorageTool.execute(
              new String[] {
                "format",
                "--config",
                settings.toString(),
                "--cluster-id",
                Uuid.randomUuid().toString(),
                "--ignore-formatted"
              },
              System.out);
      if (failed != 0) {
        System.exit(failed);
      }
    }
    Kafka.main(new String[] {settings.toString()});
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
