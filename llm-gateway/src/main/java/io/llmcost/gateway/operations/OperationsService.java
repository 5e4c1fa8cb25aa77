package io.llmcost.gateway.operations;

import io.llmcost.chassis.security.Authorities;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.OwnRequest;
import io.llmcost.gateway.server.OwnService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;

/**
 * {@code /actuator/**}: health for whoever asks, metrics for those who may read, both from Spring
 * Boot's own beans.
 */
public final class OperationsService implements OwnService {
  /** Where its paths begin. */
  public static final String PREFIX = "/actuator/";

  private static final String HEALTH = PREFIX + "health";
  private static final String PROMETHEUS = PREFIX + "prometheus";
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<Status> WELL = Set.of(Status.UP, Status.UNKNOWN);

  private final HealthEndpoint health;
  private final PrometheusMeterRegistry metrics;
  private final BearerTokens tokens;

  /** Answers from {@code health} and {@code metrics}. */
  public OperationsService(
      HealthEndpoint health, PrometheusMeterRegistry metrics, BearerTokens tokens) {
    this.health = health;
    this.metrics = metrics;
    this.tokens = tokens;
  }

  @Override
  public int admit(HttpRequest head) {
    String method = head.method().name();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new ProblemException(
          Problem.of(405, "Method not allowed", "Only GET is answered here."),
          Map.of("allow", "GET, HEAD"));
    }
    if (head.uri().startsWith(PROMETHEUS)) {
      tokens.require(head.headers(), Authorities.REPORTS_READ);
    }
    return 0;
  }

  @Override
  public OwnAnswer answer(OwnRequest request) {
    String path = request.path();
    if (path.equals(PROMETHEUS)) {
      byte[] text = metrics.scrape(TEXT_FORMAT).getBytes(StandardCharsets.UTF_8);
      return new OwnAnswer(200, TEXT_FORMAT, text, Map.of());
    }
    if (path.equals(HEALTH)) {
      return answer(health.health());
    }
    if (path.startsWith(HEALTH + "/")) {
      String[] parts = path.substring(HEALTH.length() + 1).split("/");
      return answer(health.healthForPath(parts));
    }
    throw nothing();
  }

  private static ProblemException nothing() {
    return new ProblemException(Problem.of(404, "Not found", "There is nothing at this path."));
  }

  // The status alone: what is behind it is for those who can read the log.
  private static OwnAnswer answer(@Nullable HealthDescriptor descriptor) {
    if (descriptor == null) {
      throw nothing();
    }
    Status status = descriptor.getStatus();
    byte[] body = ("{\"status\":\"" + status.getCode() + "\"}").getBytes(StandardCharsets.UTF_8);
    return OwnAnswer.json(WELL.contains(status) ? 200 : 503, body);
  }
}
