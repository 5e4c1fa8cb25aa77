package io.llmcost.gateway.upstream;

import io.llmcost.gateway.provider.Origin;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS towards providers: the JDK's engine and trust store, host names verified, HTTP/1.1 only. */
public final class TlsClient {
  private final SslContext context;

  private TlsClient(SslContext context) {
    this.context = context;
  }

  /** Reads the JDK's trust store, which takes a moment. */
  public static TlsClient create() {
    return trusting(null);
  }

  /** Trusts whom {@code trust} does; null for the JDK's trust store. */
  public static TlsClient trusting(@Nullable TrustManagerFactory trust) {
    try {
      return new TlsClient(
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .trustManager(trust)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS")
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS: " + e.getMessage(), e);
    }
  }

  SslHandler handler(ByteBufAllocator allocator, Origin origin, long handshakeNanos) {
    SslHandler handler = context.newHandler(allocator, origin.host(), origin.port());
    handler.setHandshakeTimeout(handshakeNanos, TimeUnit.NANOSECONDS);
    return handler;
  }
}
