package io.llmcost.gateway.intake;

import io.llmcost.chassis.security.Authorities;
import io.llmcost.client.event.EventJson;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.publish.InvalidEventException;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.OwnRequest;
import io.llmcost.gateway.server.OwnService;
import io.llmcost.schemas.EventRules.Violation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /v1/events}: events as JSON, one or a batch, into the journal. What is answered with
 * {@code accepted} is there; the rest says why it is not.
 */
public final class EventIntake implements OwnService {
  /** The path. */
  public static final String PATH = "/v1/events";

  private static final Logger log = LoggerFactory.getLogger(EventIntake.class);
  private static final ObjectMapper JSON = JsonMapper.shared();
  private static final String IDEMPOTENCY_KEY = "idempotency-key";
  private static final int MAX_KEY_LENGTH = 256;
  private static final Map<String, String> RETRY = Map.of("retry-after", "5");

  private final EventJson events;
  private final CompletionPublisher publisher;
  private final BearerTokens tokens;
  private final int maxBodyBytes;
  private final int maxEvents;
  private final Clock clock;
  private final Counter accepted;
  private final Counter rejected;

  /**
   * Reads with {@code events}.
   *
   * @param maxBodyBytes largest body of a request
   * @param maxEvents most events of a batch
   */
  public EventIntake(
      EventJson events,
      CompletionPublisher publisher,
      BearerTokens tokens,
      int maxBodyBytes,
      int maxEvents,
      Clock clock,
      MeterRegistry meters) {
    this.events = events;
    this.publisher = publisher;
    this.tokens = tokens;
    this.maxBodyBytes = maxBodyBytes;
    this.maxEvents = maxEvents;
    this.clock = clock;
    this.accepted = counter(meters, "accepted");
    this.rejected = counter(meters, "rejected");
  }

  private static Counter counter(MeterRegistry meters, String result) {
    return Counter.builder("llmcost.gateway.events")
        .description("Events that services reported over HTTP.")
        .tag("result", result)
        .register(meters);
  }

  @Override
  public int admit(HttpRequest head) {
    if (!head.method().name().equals("POST")) {
      throw new ProblemException(
          Problem.of(405, "Method not allowed", PATH + " takes POST."), Map.of("allow", "POST"));
    }
    tokens.require(head.headers(), Authorities.EVENTS_WRITE);
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
    String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals("application/json")) {
      throw new ProblemException(
          Problem.invalid(
              415, "Unsupported media type", "content-type", "has to be application/json"));
    }
    String key = head.headers().get(IDEMPOTENCY_KEY);
    if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
      throw new ProblemException(
          Problem.badRequest(
              "Idempotency-Key", "has to be 1 to " + MAX_KEY_LENGTH + " characters"));
    }
    return maxBodyBytes;
  }

  @Override
  public OwnAnswer answer(OwnRequest request) {
    EventJson.Request read =
        events.readRequest(request.body(), request.headers().get(IDEMPOTENCY_KEY), clock.instant());
    List<EventJson.Outcome> outcomes = read.outcomes();
    if (outcomes.size() > maxEvents) {
      throw new ProblemException(
          Problem.invalid(
              413, "Too many events", "events", outcomes.size() + "; at most " + maxEvents));
    }
    return read.batch() ? batch(outcomes) : single(outcomes.getFirst());
  }

  private OwnAnswer single(EventJson.Outcome outcome) {
    Problem problem = take(outcome);
    if (problem == null) {
      return OwnAnswer.json(202, JSON.writeValueAsBytes(result(outcome, null)));
    }
    return problem.status() == 503
        ? OwnAnswer.problem(problem, RETRY)
        : new OwnAnswer(
            problem.status(),
            Problem.MEDIA_TYPE,
            JSON.writeValueAsBytes(problemOf(outcome, problem)),
            Map.of());
  }

  private OwnAnswer batch(List<EventJson.Outcome> outcomes) {
    ArrayNode results = JSON.createArrayNode();
    Problem full = null;
    for (EventJson.Outcome outcome : outcomes) {
      // What follows an event that found no room is not tried: it would jump the queue.
      Problem problem =
          full != null && outcome instanceof EventJson.Accepted ? full : take(outcome);
      if (problem != null && problem.status() == 503) {
        full = problem;
      }
      results.add(result(outcome, problem));
    }
    if (full == null) {
      return OwnAnswer.json(
          202, JSON.writeValueAsBytes(JSON.createObjectNode().set("results", results)));
    }
    ObjectNode body = full.toJson();
    body.set("results", results);
    return new OwnAnswer(503, Problem.MEDIA_TYPE, JSON.writeValueAsBytes(body), RETRY);
  }

  private @Nullable Problem take(EventJson.Outcome outcome) {
    Problem problem =
        switch (outcome) {
          case EventJson.Accepted event -> publish(event);
          case EventJson.Refused refused -> of(refused.violations());
        };
    (problem == null ? accepted : rejected).increment();
    return problem;
  }

  private @Nullable Problem publish(EventJson.Accepted event) {
    try {
      publisher.publish(event.event());
      return null;
    } catch (InvalidEventException e) {
      return of(e.violations());
    } catch (JournalException e) {
      log.warn("no event is taken: {}", e.getMessage());
      return Problem.of(503, "Journal full", "Events cannot be recorded now; try again.");
    }
  }

  private static Problem of(List<Violation> violations) {
    Violation first = violations.getFirst();
    return Problem.invalid(400, "Invalid event", first.field(), first.reason());
  }

  private static ObjectNode result(EventJson.Outcome outcome, @Nullable Problem problem) {
    ObjectNode node = JSON.createObjectNode();
    if (problem == null && outcome instanceof EventJson.Accepted event) {
      node.put("event_id", event.event().getEventId());
      node.put("result", "accepted");
      node.put("deduplicated", event.deduplicated());
    } else if (problem != null) {
      node.put("result", "rejected");
      node.set("problem", problemOf(outcome, problem));
    }
    return node;
  }

  // All that is wrong, not only the first, so that a caller mends it in one go.
  private static ObjectNode problemOf(EventJson.Outcome outcome, Problem problem) {
    ObjectNode node = problem.toJson();
    if (outcome instanceof EventJson.Refused refused && refused.violations().size() > 1) {
      ArrayNode errors = node.putArray("errors");
      for (Violation violation : refused.violations()) {
        errors.addObject().put("field", violation.field()).put("reason", violation.reason());
      }
    }
    return node;
  }
}
