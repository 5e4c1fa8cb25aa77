package io.llmcost.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine, asked over its socket in a few milliseconds whether it can run the tests'
 * containers, before Testcontainers is loaded at all.
 */
final class DockerEngine implements BackendChoice.Engine {
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration PULL = Duration.ofSeconds(60);

  private final SocketAddress address;

  private DockerEngine(SocketAddress address) {
    this.address = address;
  }

  /** Where {@code DOCKER_HOST} says, else at the usual socket, if one answers there. */
  static Optional<DockerEngine> find() {
    return address(System.getenv("DOCKER_HOST"))
        .map(DockerEngine::new)
        .filter(DockerEngine::answers);
  }

  private static Optional<SocketAddress> address(@Nullable String host) {
    URI uri = URI.create(host == null || host.isBlank() ? "unix:///var/run/docker.sock" : host);
    return switch (uri.getScheme()) {
      case "unix" ->
          Optional.of(Path.of(uri.getPath()))
              .filter(Files::exists)
              .map(UnixDomainSocketAddress::of);
      case "tcp" -> Optional.of(new InetSocketAddress(uri.getHost(), uri.getPort()));
      case null -> Optional.empty();
      default -> Optional.empty();
    };
  }

  private boolean answers() {
    return ask("GET /_ping", ANSWER).filter(answer -> answer.endsWith("OK")).isPresent();
  }

  @Override
  public List<String> unavailable(List<String> images) {
    List<String> missing = images.stream().filter(image -> !has(image)).toList();
    List<CompletableFuture<?>> pulls = new ArrayList<>();
    for (String image : missing) {
      pulls.add(CompletableFuture.runAsync(() -> pull(image), Thread::startVirtualThread));
    }
    pulls.forEach(CompletableFuture::join);
    return missing.stream().filter(image -> !has(image)).toList();
  }

  private boolean has(String image) {
    return ask("GET /images/" + image + "/json", ANSWER).filter(this::isSuccess).isPresent();
  }

  private void pull(String image) {
    int colon = image.lastIndexOf(':');
    ask(
        "POST /images/create?fromImage="
            + image.substring(0, colon)
            + "&tag="
            + image.substring(colon + 1),
        PULL);
  }

  private boolean isSuccess(String answer) {
    return answer.startsWith("HTTP/1.0 200") || answer.startsWith("HTTP/1.1 200");
  }

  /** The whole answer, head and body; empty when there is none within the limit. */
  private Optional<String> ask(String request, Duration limit) {
    try (SocketChannel channel = open()) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> exchange(channel, request), Thread::startVirtualThread);
      return Optional.of(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException | ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private SocketChannel open() throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private String exchange(SocketChannel channel, String request) {
    try {
      channel.connect(address);
      OutputStream out = Channels.newOutputStream(channel);
      out.write(
          (request + " HTTP/1.0\r\nHost: docker\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = Channels.newInputStream(channel);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new StackException("no answer from the Docker engine", e);
    }
  }
}
