package io.llmcost.chassis.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.llmcost.chassis.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.json.JsonMapper;

/**
 * The filter chain of a service over Spring MVC: health is open, every GET needs {@code
 * reports:read}, and each other endpoint guards itself with {@code @PreAuthorize}.
 */
@AutoConfiguration(
    beforeName =
        "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(SecurityFilterChain.class)
@EnableConfigurationProperties(SecuritySettings.class)
@EnableMethodSecurity
class SecurityAutoConfiguration {

  @Bean
  TokenAuthenticator tokenAuthenticator(SecuritySettings settings) {
    return new TokenAuthenticator(settings.tokens());
  }

  @Bean
  AuthenticationManager bearerTokenManager(
      SecuritySettings settings, TokenAuthenticator authenticator) {
    return new BearerTokenManager(settings, authenticator);
  }

  @Bean
  SecurityFilterChain securityFilterChain(
      HttpSecurity http, AuthenticationManager manager, JsonMapper json) throws Exception {
    return http.csrf(csrf -> csrf.disable())
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(cache -> cache.disable())
        .logout(logout -> logout.disable())
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers("/actuator/health", "/actuator/health/**", "/error")
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/**")
                    .hasAuthority(Authorities.REPORTS_READ)
                    .requestMatchers(HttpMethod.HEAD, "/**")
                    .hasAuthority(Authorities.REPORTS_READ)
                    .anyRequest()
                    .authenticated())
        .oauth2ResourceServer(
            server ->
                server
                    .authenticationManagerResolver(request -> manager)
                    .authenticationEntryPoint(
                        (request, response, e) ->
                            refuse(
                                json,
                                request,
                                response,
                                HttpStatus.UNAUTHORIZED,
                                "Send a valid token: Authorization: Bearer <token>."))
                    .accessDeniedHandler(
                        (request, response, e) ->
                            refuse(
                                json,
                                request,
                                response,
                                HttpStatus.FORBIDDEN,
                                "This token's role does not cover this call.")))
        .build();
  }

  private static void refuse(
      JsonMapper json,
      HttpServletRequest request,
      HttpServletResponse response,
      HttpStatus status,
      String detail)
      throws IOException {
    if (status == HttpStatus.UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    ProblemDetail problem = Problems.of(status, detail);
    problem.setInstance(Problems.instance(request.getRequestURI()));
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    json.rebuild()
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
        .build()
        .writeValue(response.getOutputStream(), problem);
  }
}
