package io.llmcost.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.gateway.provider.AwsCredentials;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The signatures are those that botocore 1.43.11 makes of the same requests. */
class AwsSignerTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:30:15Z");

  private static HttpHeaders signed(
      String method, String uri, String body, @Nullable String sessionToken) {
    HttpHeaders headers =
        new DefaultHttpHeaders()
            .set("host", "bedrock-runtime.eu-west-1.amazonaws.com")
            .set("content-type", "application/json")
            .set("authorization", "AWS4-HMAC-SHA256 Credential=the-callers-own/…")
            .set("x-amz-security-token", "the-callers-own")
            .set("x-amz-content-sha256", "the-callers-own");
    AwsSigner.sign(
        new AwsCredentials("gateway-id", "gateway-secret", sessionToken, "eu-west-1"),
        method,
        uri,
        headers,
        body.getBytes(UTF_8),
        NOW);
    return headers;
  }

  private static String authorization(String signedHeaders, String signature) {
    return "AWS4-HMAC-SHA256 Credential=gateway-id/20261124/eu-west-1/bedrock/aws4_request,"
        + " SignedHeaders="
        + signedHeaders
        + ", Signature="
        + signature;
  }

  @Test
  void pathIsEncodedOnceMoreAndTheBodySigned() {
    HttpHeaders headers =
        signed("POST", "/model/eu.anthropic.claude-x-v1%3A0/converse", "{\"messages\":[]}", null);

    assertThat(headers.get("authorization"))
        .isEqualTo(
            authorization(
                "host;x-amz-date",
                "1e4ee488d7c23296b4ebf26f29cf679ee4280a4a55d0a4c6dd02bf4b75f22a7d"));
    assertThat(headers.get("x-amz-date")).isEqualTo("20261124T123015Z");
    assertThat(headers.contains("x-amz-security-token")).isFalse();
    assertThat(headers.contains("x-amz-content-sha256")).isFalse();
  }

  @Test
  void temporaryCredentialsBringTheirToken() {
    HttpHeaders headers =
        signed(
            "POST",
            "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fa%20b/invoke",
            "",
            "temporary-token");

    assertThat(headers.get("authorization"))
        .isEqualTo(
            authorization(
                "host;x-amz-date;x-amz-security-token",
                "b4a0c53723ccebb0a7b2dbbdfabe737aa3873cd3db56ef37cd5782e0ec5aa5f2"));
    assertThat(headers.get("x-amz-security-token")).isEqualTo("temporary-token");
  }

  @Test
  void queryIsSorted() {
    assertThat(
            signed("GET", "/async-invoke?statusEquals=In%20Progress&maxResults=5&a", "", null)
                .get("authorization"))
        .isEqualTo(
            authorization(
                "host;x-amz-date",
                "d07f5bc3aa872d97729faab42a2823365637b8d574ff6c32ca4cf178a159f4ac"));
  }
}
