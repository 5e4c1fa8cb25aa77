package io.llmcost.gateway.call;

import io.llmcost.chassis.security.Authorities;
import io.llmcost.gateway.key.KeyGrant;
import io.llmcost.gateway.key.KeyRing;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.Provider;
import io.llmcost.gateway.provider.Target;
import io.llmcost.gateway.server.BearerTokens;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may call providers through this gateway, and with whose key. A gateway key comes in the field
 * where the SDK puts its key, and the gateway's key for the provider takes its place. Anything else
 * is for the provider to judge where pass-through is on, and else has to be a token of this
 * gateway.
 */
final class Credentials {
  private static final AsciiString X_API_KEY = AsciiString.cached("x-api-key");
  private static final AsciiString X_GOOG_API_KEY = AsciiString.cached("x-goog-api-key");
  private static final AsciiString API_KEY = AsciiString.cached("api-key");
  private static final String PROVIDER_KEY = "x-llmcost-provider-key";
  private static final String BEARER = "Bearer ";
  private static final String PROTOCOL_KEY = "openai-insecure-api-key.";
  private static final String[] NOTHING = {};
  private static final String CREDENTIAL = "Credential=";

  private final boolean passThrough;
  private final BearerTokens tokens;
  private final KeyRing keys;

  Credentials(boolean passThrough, BearerTokens tokens, KeyRing keys) {
    this.passThrough = passThrough;
    this.tokens = tokens;
    this.keys = keys;
  }

  /** Refuses, by a ProblemException, a caller who may not use this gateway at {@code now}. */
  Admission admit(HttpHeaders headers, String query, Instant now) {
    if (passThrough && keys.isEmpty()) {
      return Admission.PASSED;
    }
    String shown = token(headers, query);
    Admission byKey = shown == null ? null : byKey(shown, now);
    if (byKey != null) {
      return byKey;
    }
    if (passThrough) {
      return Admission.PASSED;
    }
    if (shown == null) {
      throw BearerTokens.unauthorized(
          "Send a key or token of this gateway where the SDK puts its API key.");
    }
    tokens.require(shown, Authorities.EVENTS_WRITE);
    return Admission.TOKEN;
  }

  /**
   * Refuses, by a ProblemException, a caller without a gateway key or a token for events. Their own
   * key for the provider comes apart, where such keys pass through.
   */
  Admission admitOwn(HttpHeaders headers, Instant now) {
    String shown = token(headers, "");
    Admission byKey = shown == null ? null : byKey(shown, now);
    if (byKey == null) {
      tokens.require(headers, Authorities.EVENTS_WRITE);
    }
    String providerKey = headers.get(PROVIDER_KEY);
    if (providerKey != null && !passThrough) {
      throw new ProblemException(
          Problem.badRequest(PROVIDER_KEY, "this gateway passes no callers' keys through"));
    }
    return new Admission(byKey == null ? null : byKey.grant(), true, providerKey);
  }

  private @Nullable Admission byKey(String shown, Instant now) {
    KeyGrant grant = keys.find(shown);
    if (grant == null) {
      return null;
    }
    String refusal = grant.refusal(now);
    if (refusal != null) {
      throw BearerTokens.unauthorized(refusal);
    }
    return Admission.of(grant);
  }

  /**
   * Refuses, by a ProblemException, a call that the caller's key does not cover: of a model that is
   * not among its own, and of whatever may bill and names no model here.
   *
   * @param model the one asked for, or null where none is named
   * @param free whether the call cannot bill anything
   */
  static void permit(Admission admission, @Nullable String model, boolean free) {
    KeyGrant grant = admission.grant();
    if (grant == null || !grant.isRestricted() || (model == null ? free : grant.allows(model))) {
      return;
    }
    String what = model == null ? "calls that name no model" : "the model " + model;
    throw new ProblemException(
        Problem.invalid(
            403, "Forbidden", "model", "gateway key " + grant.id() + " does not cover " + what));
  }

  /** Returns whether a call bills nothing by its method and path: it reads, or counts tokens. */
  static boolean isFree(HttpMethod method, String path) {
    return method.equals(HttpMethod.GET)
        || method.equals(HttpMethod.HEAD)
        || path.endsWith("/count_tokens")
        || path.endsWith(":countTokens")
        || path.endsWith("/input_tokens");
  }

  private static @Nullable String token(HttpHeaders headers, String query) {
    String bearer = BearerTokens.token(headers);
    if (bearer != null) {
      return bearer;
    }
    String signer = signer(headers);
    if (signer != null) {
      return signer;
    }
    for (AsciiString name : new AsciiString[] {X_API_KEY, X_GOOG_API_KEY, API_KEY}) {
      String value = headers.get(name);
      if (value != null) {
        return value.strip();
      }
    }
    String protocol = protocolWithKey(headers);
    return protocol == null ? keyIn(query) : protocol.substring(PROTOCOL_KEY.length());
  }

  // Browsers cannot set headers on a WebSocket; OpenAI takes a key as one of its subprotocols.
  private static @Nullable String protocolWithKey(HttpHeaders headers) {
    String offered = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    for (String protocol : offered == null ? NOTHING : offered.split(",")) {
      if (protocol.strip().startsWith(PROTOCOL_KEY)) {
        return protocol.strip();
      }
    }
    return null;
  }

  private static void removeProtocolKey(HttpHeaders headers) {
    String withKey = protocolWithKey(headers);
    if (withKey != null) {
      List<String> rest = new ArrayList<>();
      for (String protocol : headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).split(",")) {
        if (!protocol.strip().equals(withKey)) {
          rest.add(protocol.strip());
        }
      }
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(", ", rest));
    }
  }

  // An SDK of AWS has no field for a key but the access key id; what it signs with is its own
  // affair.
  private static @Nullable String signer(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (value == null || !value.startsWith("AWS4-")) {
      return null;
    }
    int at = value.indexOf(CREDENTIAL);
    int end = value.indexOf('/', at);
    return at < 0 || end < 0 ? null : value.substring(at + CREDENTIAL.length(), end);
  }

  /**
   * Puts the gateway's key for the provider in place of what the caller sent, where it has one.
   *
   * @param headers the request's to the provider, changed
   * @return the target without a key in its query, where that was the gateway's or was replaced
   */
  Target replaceKey(Target target, HttpHeaders headers, Admission admission) {
    Provider provider = target.provider();
    String key = provider.key() == null ? admission.providerKey() : provider.key();
    if (key == null && !admission.ours()) {
      return target; // where it is AWS, signed when all else is settled
    }
    if (key == null && provider.aws() == null && !(passThrough && admission.grant() == null)) {
      throw new ProblemException(
          Problem.invalid(
              404,
              "Provider not configured",
              "provider",
              provider.id() + " needs llmcost.gateway.providers." + provider.id() + ".api-key"));
    }
    headers.remove(HttpHeaderNames.AUTHORIZATION);
    headers.remove(X_API_KEY);
    headers.remove(X_GOOG_API_KEY);
    headers.remove(API_KEY);
    removeProtocolKey(headers);
    if (key != null) {
      AsciiString field = field(provider.id(), target.path());
      headers.set(field, field.equals(HttpHeaderNames.AUTHORIZATION) ? BEARER + key : key);
    }
    return new Target(provider, target.path(), withoutKey(target.query()));
  }

  // Their OpenAI-compatible paths take what OpenAI's clients send.
  private static AsciiString field(String provider, String path) {
    return switch (provider) {
      case "anthropic" -> path.startsWith("/v1/chat/") ? HttpHeaderNames.AUTHORIZATION : X_API_KEY;
      case "gemini" ->
          path.startsWith("/v1beta/openai/") ? HttpHeaderNames.AUTHORIZATION : X_GOOG_API_KEY;
      case "azure" -> API_KEY;
      default -> HttpHeaderNames.AUTHORIZATION;
    };
  }

  private static @Nullable String keyIn(String query) {
    for (String pair : parameters(query)) {
      if (pair.startsWith("key=")) {
        return URLDecoder.decode(pair.substring(4), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private static String withoutKey(String query) {
    if (!query.contains("key=")) {
      return query;
    }
    StringBuilder rest = new StringBuilder();
    for (String pair : parameters(query)) {
      if (!pair.startsWith("key=") && !pair.isEmpty()) {
        rest.append(rest.isEmpty() ? '?' : '&').append(pair);
      }
    }
    return rest.toString();
  }

  private static String[] parameters(String query) {
    return query.isEmpty() ? new String[0] : query.substring(1).split("&");
  }
}
