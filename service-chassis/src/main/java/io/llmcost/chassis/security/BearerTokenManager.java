package io.llmcost.chassis.security;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;

/** Tries the static tokens first, then, where an issuer is set, a JWT of that issuer. */
final class BearerTokenManager implements AuthenticationManager {

  private final TokenAuthenticator authenticator;
  private final SecuritySettings settings;
  private volatile @Nullable JwtAuthenticationProvider jwtProvider;

  BearerTokenManager(SecuritySettings settings, TokenAuthenticator authenticator) {
    this.settings = settings;
    this.authenticator = authenticator;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    if (!(authentication instanceof BearerTokenAuthenticationToken bearer)) {
      throw new AuthenticationServiceException("only bearer tokens are taken");
    }
    String token = bearer.getToken();
    var caller = authenticator.authenticate(token);
    if (caller.isPresent()) {
      return authenticated(caller.get());
    }
    if (settings.jwtIssuer() != null && token.chars().filter(c -> c == '.').count() == 2) {
      return jwtProvider(settings.jwtIssuer()).authenticate(bearer);
    }
    throw new InvalidBearerTokenException("unknown token");
  }

  private static Authentication authenticated(Caller caller) {
    List<SimpleGrantedAuthority> authorities =
        caller.authorities().stream().map(SimpleGrantedAuthority::new).toList();
    return UsernamePasswordAuthenticationToken.authenticated(caller.name(), null, authorities);
  }

  // The issuer is asked for its keys at the first JWT, so that a service starts while it is away.
  private JwtAuthenticationProvider jwtProvider(String issuer) {
    JwtAuthenticationProvider known = jwtProvider;
    if (known != null) {
      return known;
    }
    JwtDecoder decoder = JwtDecoders.fromIssuerLocation(issuer);
    var authorities = new JwtGrantedAuthoritiesConverter();
    authorities.setAuthorityPrefix("");
    authorities.setAuthoritiesClaimName(settings.jwtAuthoritiesClaim());
    var converter = new JwtAuthenticationConverter();
    converter.setJwtGrantedAuthoritiesConverter(authorities);
    var made = new JwtAuthenticationProvider(decoder);
    made.setJwtAuthenticationConverter(converter);
    jwtProvider = made;
    return made;
  }
}
