package io.llmcost.gateway.server;

import io.llmcost.chassis.security.Caller;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Guards what needs a token of this gateway. */
public final class BearerTokens {
  private static final String SCHEME = "Bearer ";
  private static final Map<String, String> CHALLENGE = Map.of("www-authenticate", "Bearer");

  private final TokenAuthenticator tokens;

  /** Knows {@code tokens}. */
  public BearerTokens(TokenAuthenticator tokens) {
    this.tokens = tokens;
  }

  /**
   * Refuses, by a ProblemException, a request without a bearer token that may {@code authority}.
   */
  public void require(HttpHeaders headers, String authority) {
    String token = token(headers);
    if (token == null) {
      throw unauthorized("Send a valid token: Authorization: Bearer <token>.");
    }
    require(token, authority);
  }

  /** Refuses, by a ProblemException, a token that may not {@code authority}. */
  public void require(String token, String authority) {
    Optional<Caller> caller = tokens.authenticate(token);
    if (caller.isEmpty()) {
      throw unauthorized(
          "This gateway does not know the token. Send a valid one: Authorization: Bearer <token>.");
    }
    if (!caller.get().may(authority)) {
      throw new ProblemException(
          Problem.of(403, "Forbidden", "The token's role does not include " + authority + "."));
    }
  }

  /** Returns the problem of a caller whom nobody knows. */
  public static ProblemException unauthorized(String detail) {
    return new ProblemException(Problem.of(401, "Unauthorized", detail), CHALLENGE);
  }

  /** Returns the request's bearer token, or null. */
  public static @Nullable String token(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.AUTHORIZATION);
    return value != null && value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? value.substring(SCHEME.length()).strip()
        : null;
  }
}
