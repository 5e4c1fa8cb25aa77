package io.llmcost.gateway.call;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;

/**
 * Which headers pass: all but those that belong to one connection (RFC 9110, 7.6.1), those of ours,
 * and those that the gateway has to say itself.
 */
final class HeaderPolicy {
  private static final List<AsciiString> HOP_BY_HOP =
      List.of(
          HttpHeaderNames.CONNECTION,
          AsciiString.cached("keep-alive"),
          HttpHeaderNames.PROXY_AUTHENTICATE,
          HttpHeaderNames.PROXY_AUTHORIZATION,
          AsciiString.cached("proxy-connection"),
          HttpHeaderNames.TE,
          HttpHeaderNames.TRAILER,
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.UPGRADE,
          AsciiString.cached("http2-settings"));

  private HeaderPolicy() {}

  /**
   * Returns the headers of a request as the provider gets them, without a length.
   *
   * @param host the provider's
   * @param readable whether the gateway has to read the answer: it then asks for one that is not
   *     compressed
   */
  static HttpHeaders toProvider(HttpHeaders received, String host, boolean readable) {
    HttpHeaders headers = copy(received);
    headers.remove(HttpHeaderNames.EXPECT);
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.set(HttpHeaderNames.HOST, host);
    if (readable) {
      headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    }
    return headers;
  }

  /** Returns the headers of an answer as the caller gets them; a length stays. */
  static HttpHeaders toCaller(HttpHeaders received) {
    return copy(received);
  }

  // Names and values were checked when they were received.
  private static HttpHeaders copy(HttpHeaders received) {
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    List<String> named = received.getAll(HttpHeaderNames.CONNECTION);
    for (var all = received.iteratorCharSequence(); all.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      CharSequence name = header.getKey();
      if (!isHopByHop(name) && !ContextHeaders.isOurs(name) && !isNamed(named, name)) {
        headers.add(name, header.getValue());
      }
    }
    return headers;
  }

  private static boolean isHopByHop(CharSequence name) {
    for (int i = 0; i < HOP_BY_HOP.size(); i++) {
      AsciiString candidate = HOP_BY_HOP.get(i);
      if (candidate.length() == name.length() && candidate.contentEqualsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(List<String> connectionValues, CharSequence name) {
    for (String value : connectionValues) {
      for (String token : value.split(",")) {
        if (AsciiString.contentEqualsIgnoreCase(token.strip(), name)) {
          return true;
        }
      }
    }
    return false;
  }
}
