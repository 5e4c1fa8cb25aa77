package io.llmcost.gateway.key;

import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the key file when it has changed. What cannot be read leaves the keys as they were, and is
 * told until it is mended: neither a slip of the pen nor a file that is gone for a moment may stop
 * every caller.
 */
public final class KeyFileWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeyFileWatch.class);

  /** What tells that a file is another, or has other content. */
  private record Version(@Nullable Object file, FileTime modified, long size) {
    static Version of(GatewayKeyFile file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return new Version(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    }
  }

  private final GatewayKeyFile file;
  private final KeyRing ring;
  private final Duration period;
  private final Thread thread;
  private @Nullable Version seen;
  private @Nullable String told;
  private volatile boolean stale;

  private KeyFileWatch(GatewayKeyFile file, KeyRing ring, Duration period) {
    this.file = file;
    this.ring = ring;
    this.period = period;
    this.thread = Thread.ofVirtual().name("gateway-keys").unstarted(this::watch);
  }

  /**
   * Reads the file into {@code ring}, and looks every {@code period} whether it has changed.
   *
   * @throws KeyFileException it cannot be read now: a gateway does not start without its keys
   */
  public static KeyFileWatch start(GatewayKeyFile file, KeyRing ring, Duration period) {
    KeyFileWatch watch = new KeyFileWatch(file, ring, period);
    try {
      watch.look();
    } catch (IOException | IllegalArgumentException e) {
      throw new KeyFileException(file.path() + ": " + reason(e), e);
    }
    watch.thread.start();
    return watch;
  }

  /** Returns whether the file has changed, or gone, and could not be read since. */
  public boolean isStale() {
    return stale;
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(period);
        look();
        told = null;
        stale = false;
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  private void look() throws IOException {
    Version now = Version.of(file);
    if (now.equals(seen)) {
      return;
    }
    var keys = file.read();
    ring.replace(keys);
    seen = now;
    log.info("{} gateway keys read from {}", keys.keys().size(), file.path());
  }

  private void failed(Exception e) {
    stale = true;
    String reason = reason(e);
    if (!reason.equals(told)) {
      told = reason;
      log.error("the gateway keys stay as they were: {}: {}", file.path(), reason);
    }
  }

  private static String reason(Exception e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    return e instanceof IOException ? e.getClass().getSimpleName() + " " + message : message;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
