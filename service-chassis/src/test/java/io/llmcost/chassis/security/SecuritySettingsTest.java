package io.llmcost.chassis.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SecuritySettingsTest {
  private static final String HASH = TokenAuthenticator.hash("a-token");

  @Test
  void withoutTokensNobodyIsKnown() {
    SecuritySettings settings = bind(Map.of());

    assertThat(settings).isEqualTo(new SecuritySettings(Map.of(), null, "scope"));
    assertThat(new TokenAuthenticator(settings.tokens()).authenticate("a-token")).isEmpty();
  }

  @Test
  void everySettingIsMapped() {
    SecuritySettings settings =
        bind(
            Map.of(
                "llmcost.security.tokens.price-admin", "alice=" + HASH,
                "llmcost.security.jwt-issuer", "https://issuer.example",
                "llmcost.security.jwt-authorities-claim", "roles"));

    assertThat(settings)
        .isEqualTo(
            new SecuritySettings(
                Map.of(Role.PRICE_ADMIN, List.of("alice=" + HASH)),
                "https://issuer.example",
                "roles"));
  }

  @Test
  void misspeltKeysAreRefused() {
    assertThatThrownBy(() -> bind(Map.of("llmcost.security.jwt-isuer", "x")))
        .rootCause()
        .hasMessageContaining("jwt-isuer");
  }

  @Test
  void tokenInPlaceOfItsHashIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> bind(Map.of("llmcost.security.tokens.reader", "plain-text")))
        .rootCause()
        .hasMessageContaining("llmcost.security.tokens.reader")
        .hasMessageNotContaining("plain-text");
  }

  @Test
  void oneTokenMayHaveTwoRoles() {
    var authenticator =
        new TokenAuthenticator(
            Map.of(Role.EMITTER, List.of(HASH), Role.OPERATOR, List.of("ops=" + HASH)));

    Caller caller = authenticator.authenticate("a-token").orElseThrow();

    assertThat(caller.may(Authorities.EVENTS_WRITE)).isTrue();
    assertThat(caller.may(Authorities.DEAD_LETTERS_REPLAY)).isTrue();
    assertThat(caller.may(Authorities.PRICES_WRITE)).isFalse();
  }

  private static SecuritySettings bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate(
            "llmcost.security",
            Bindable.of(SecuritySettings.class),
            new NoUnboundElementsBindHandler(BindHandler.DEFAULT, source -> true));
  }
}
