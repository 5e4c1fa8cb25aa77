package io.llmcost.gateway.operations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether a file can be written where the journal is: without, calls would go unrecorded. */
public final class JournalHealth implements HealthIndicator {
  private final Path directory;

  /** Looks at {@code directory}. */
  public JournalHealth(Path directory) {
    this.directory = directory;
  }

  @Override
  public Health health() {
    try {
      Path probe = Files.createTempFile(directory, "health-", ".probe");
      try (FileChannel file = FileChannel.open(probe, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {1}));
      } finally {
        Files.deleteIfExists(probe);
      }
      return Health.up().build();
    } catch (IOException e) {
      return Health.down(e).build();
    }
  }
}
