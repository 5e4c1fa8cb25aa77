package io.llmcost.chassis.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

  /** Shaped as the registries' clients have theirs. */
  static final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    ApiException(int status) {
      this.status = status;
    }

    public int getResponseStatusCode() {
      return status;
    }
  }

  @Test
  void bytesBecomeAValue() {
    assertThat(new RecordDecoder<>(new StringDeserializer(), String.class).decode(record("x")))
        .isEqualTo(new Decoded.Value<>("x"));
  }

  @Test
  void missingValueAndWrongTypeAreUnreadable() {
    var decoder = new RecordDecoder<>(new StringDeserializer(), Integer.class);

    assertThat(decoder.decode(record("x"))).isInstanceOf(Decoded.Unreadable.class);
    assertThat(decoder.decode(new ConsumerRecord<>("t", 0, 0, new byte[0], null)))
        .isInstanceOf(Decoded.Unreadable.class);
  }

  @Test
  void badBytesAreUnreadable() {
    assertUnreadable(new IllegalStateException(new EOFException()));
    assertUnreadable(new IllegalStateException(new IOException("Invalid long encoding")));
    assertUnreadable(new IllegalStateException("Unknown magic byte!"));
    assertUnreadable(new RuntimeException(new ExecutionException(new ApiException(404))));
  }

  @Test
  void registryThatIsAwayIsWaitedFor() {
    assertAway(new RuntimeException(new ExecutionException(new ConnectException("refused"))));
    assertAway(new RuntimeException(new HttpTimeoutException("slow")));
    assertAway(new RuntimeException(new ApiException(503)));
    assertAway(new RuntimeException(new ApiException(429)));
  }

  @Test
  void registryThatRefusesUsIsWaitedForAndSaysSo() {
    for (int status : new int[] {401, 403}) {
      assertThatExceptionOfType(RegistryUnavailableException.class)
          .isThrownBy(
              () -> failing(new RuntimeException(new ApiException(status))).decode(record("x")))
          .withMessageContaining("refuses this service with HTTP " + status);
    }
  }

  @Test
  void whatOverflowsTheStackIsUnreadable() {
    Deserializer<String> deep =
        (topic, data) -> {
          throw new StackOverflowError();
        };

    assertThat(new RecordDecoder<>(deep, String.class).decode(record("x")))
        .isInstanceOf(Decoded.Unreadable.class);
  }

  @Test
  void registryThatDiesBeforeItAnswersIsWaitedFor() throws Exception {
    try (ServerSocket dying = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpClient client = HttpClient.newHttpClient()) {
      Thread.ofVirtual().start(() -> hangUpOnEach(dying));
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + dying.getLocalPort())).build();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> client.send(request, BodyHandlers.discarding()))
          .satisfies(e -> assertAway(new RuntimeException(e)));
    }
  }

  private static void hangUpOnEach(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        server.accept().close();
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }

  private static void assertUnreadable(RuntimeException error) {
    assertThat(failing(error).decode(record("x"))).isEqualTo(new Decoded.Unreadable<>(error));
  }

  private static void assertAway(RuntimeException error) {
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> failing(error).decode(record("x")));
  }

  private static RecordDecoder<String> failing(RuntimeException error) {
    Deserializer<String> deserializer =
        (topic, data) -> {
          throw error;
        };
    return new RecordDecoder<>(deserializer, String.class);
  }

  private static ConsumerRecord<byte[], byte[]> record(String value) {
    return new ConsumerRecord<>("t", 0, 0, new byte[0], value.getBytes(StandardCharsets.UTF_8));
  }
}
