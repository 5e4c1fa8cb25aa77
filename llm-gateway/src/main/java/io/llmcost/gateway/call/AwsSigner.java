package io.llmcost.gateway.call;

import io.llmcost.gateway.provider.AwsCredentials;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to Bedrock as AWS's Signature Version 4 wants it, anew and in the gateway's name.
 */
final class AwsSigner {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String SERVICE = "bedrock";
  private static final String DATE = "x-amz-date";
  private static final String TOKEN = "x-amz-security-token";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private AwsSigner() {}

  /**
   * Puts the signature into {@code headers}, in place of a caller's own.
   *
   * @param headers of the request, its host among them; changed
   * @param uri the request line's target
   */
  static void sign(
      AwsCredentials credentials,
      String method,
      String uri,
      HttpHeaders headers,
      byte[] body,
      Instant now) {
    String time = TIME.format(now);
    String day = time.substring(0, 8);
    headers.remove("x-amz-content-sha256");
    headers.set(DATE, time);
    headers.remove(TOKEN);
    String signed = "host;" + DATE;
    String listed = "host:" + headers.get(HttpHeaderNames.HOST) + "\n" + DATE + ":" + time + "\n";
    if (credentials.sessionToken() != null) {
      headers.set(TOKEN, credentials.sessionToken());
      signed += ";" + TOKEN;
      listed += TOKEN + ":" + credentials.sessionToken() + "\n";
    }
    int mark = uri.indexOf('?');
    String request =
        String.join(
            "\n",
            method,
            path(mark < 0 ? uri : uri.substring(0, mark)),
            query(mark < 0 ? "" : uri.substring(mark + 1)),
            listed,
            signed,
            hex(sha256(body)));
    String scope = day + "/" + credentials.region() + "/" + SERVICE + "/aws4_request";
    String toSign =
        String.join(
            "\n", ALGORITHM, time, scope, hex(sha256(request.getBytes(StandardCharsets.UTF_8))));
    byte[] key =
        hmac(("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8), day);
    key = hmac(hmac(hmac(key, credentials.region()), SERVICE), "aws4_request");
    headers.set(
        HttpHeaderNames.AUTHORIZATION,
        ALGORITHM
            + " Credential="
            + credentials.accessKeyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + signed
            + ", Signature="
            + hex(hmac(key, toSign)));
  }

  // Each segment as it is sent, encoded once more.
  private static String path(String sent) {
    StringBuilder path = new StringBuilder();
    for (String segment : sent.split("/", -1)) {
      path.append('/').append(encoded(segment));
    }
    return path.substring(1);
  }

  private static String query(String sent) {
    if (sent.isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : sent.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      pairs.add(encoded(decoded(name)) + "=" + encoded(decoded(value)));
    }
    pairs.sort(null);
    return String.join("&", pairs);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  // RFC 3986: all but the unreserved characters.
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
