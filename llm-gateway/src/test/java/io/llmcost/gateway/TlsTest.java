package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.llmcost.gateway.upstream.TlsClient;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers over TLS: reached where their certificate is trusted and theirs, else not. */
class TlsTest {
  @TempDir private Path directory = Path.of("unset");

  private final char[] password = UUID.randomUUID().toString().toCharArray();
  private KeyStore keys = emptyStore();
  private HttpsServer provider = unbound();

  private static KeyStore emptyStore() {
    try {
      return KeyStore.getInstance("PKCS12");
    } catch (java.security.KeyStoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpsServer unbound() {
    try {
      return HttpsServer.create();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "provider",
                "-keyalg",
                "EC",
                "-dname",
                "CN=provider",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(password))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), null, null);
    provider.setHttpsConfigurator(new HttpsConfigurator(tls));
    provider.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/",
        exchange -> {
          byte[] body = Answers.CHAT.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    provider.start();
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  private TlsClient trusting() {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(keys);
      return TlsClient.trusting(trust);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> call(TestGateway gateway) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(gateway.url("/v1/chat/completions")))
              .POST(HttpRequest.BodyPublishers.ofString(Answers.CHAT_REQUEST))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private String at(String host) {
    return "https://" + host + ":" + provider.getAddress().getPort();
  }

  @Test
  void aTrustedProviderIsCalledOverAConnectionThatIsKept() throws Exception {
    try (TestGateway gateway =
        new TestGateway(at("localhost"), TestGateway.Options.DEFAULTS, this::trusting)) {
      for (int i = 0; i < 3; i++) {
        var answer = call(gateway);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Answers.CHAT);
      }
      assertThat(gateway.publisher.events()).hasSize(3);
    }
  }

  @Test
  void aCertificateOfAnotherNameOrOfNobodyIsRefused() throws Exception {
    try (TestGateway gateway =
        new TestGateway(at("127.0.0.1"), TestGateway.Options.DEFAULTS, this::trusting)) {
      assertThat(call(gateway).statusCode()).isEqualTo(502);
    }
    try (TestGateway gateway = new TestGateway(at("localhost"))) {
      assertThat(call(gateway).statusCode()).isEqualTo(502);
      assertThat(gateway.publisher.events().getFirst().getErrorCode())
          .isEqualTo("provider_unreachable");
    }
  }
}
