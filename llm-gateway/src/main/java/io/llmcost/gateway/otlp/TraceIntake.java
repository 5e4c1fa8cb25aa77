package io.llmcost.gateway.otlp;

import io.llmcost.chassis.security.Authorities;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.publish.InvalidEventException;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.OwnRequest;
import io.llmcost.gateway.server.OwnService;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/traces}: OTLP over HTTP, protobuf or JSON. Spans of GenAI calls go as events into
 * the journal before they are acknowledged; other spans are none of ours. Sent again, as exporters
 * do after a failure, they are the same events.
 */
public final class TraceIntake implements OwnService {
  /** The path. */
  public static final String PATH = "/v1/traces";

  private static final Logger log = LoggerFactory.getLogger(TraceIntake.class);
  private static final List<TraceFormat> FORMATS = List.of(new ProtobufTraces(), new JsonTraces());
  private static final Map<String, String> RETRY = Map.of("retry-after", "5");
  private static final int INVALID_ARGUMENT = 3;
  private static final int UNAVAILABLE = 14;

  private final CompletionPublisher publisher;
  private final BearerTokens tokens;
  private final int maxBodyBytes;
  private final Clock clock;
  private final Counter accepted;
  private final Counter rejected;
  private final Counter ignored;

  /**
   * Takes spans.
   *
   * @param maxBodyBytes largest body of a request, as it comes and once it is inflated
   */
  public TraceIntake(
      CompletionPublisher publisher,
      BearerTokens tokens,
      int maxBodyBytes,
      Clock clock,
      MeterRegistry meters) {
    this.publisher = publisher;
    this.tokens = tokens;
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
    this.accepted = counter(meters, "accepted");
    this.rejected = counter(meters, "rejected");
    this.ignored = counter(meters, "ignored");
  }

  private static Counter counter(MeterRegistry meters, String result) {
    return Counter.builder("llmcost.gateway.spans")
        .description("Spans that came over OTLP; ignored ones are no calls of models.")
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
    if (format(head.headers()) == null) {
      throw new ProblemException(
          Problem.invalid(
              415,
              "Unsupported media type",
              "content-type",
              "has to be application/x-protobuf or application/json"));
    }
    String encoding = encoding(head.headers());
    if (!encoding.equals("gzip") && !encoding.equals("identity")) {
      throw new ProblemException(
          Problem.invalid(
              415, "Unsupported encoding", "content-encoding", "has to be gzip or identity"));
    }
    return maxBodyBytes;
  }

  private static @Nullable TraceFormat format(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    for (TraceFormat format : FORMATS) {
      if (format.contentType().equals(bare)) {
        return format;
      }
    }
    return null;
  }

  private static String encoding(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    return value == null ? "identity" : value.strip().toLowerCase(Locale.ROOT);
  }

  @Override
  public OwnAnswer answer(OwnRequest request) {
    TraceFormat format = format(request.headers());
    if (format == null) {
      throw new IllegalStateException("it was admitted");
    }
    List<Span> spans;
    try {
      spans = format.read(inflated(request));
    } catch (IllegalArgumentException e) {
      String message = "body: " + e.getMessage();
      return answer(400, format, format.failure(INVALID_ARGUMENT, message), Map.of());
    }
    try {
      return take(format, spans);
    } catch (JournalException e) {
      log.warn("no span is taken: {}", e.getMessage());
      return answer(
          503,
          format,
          format.failure(UNAVAILABLE, "Events cannot be recorded now; try again."),
          RETRY);
    }
  }

  private OwnAnswer take(TraceFormat format, List<Span> spans) {
    Instant now = clock.instant();
    long wrong = 0;
    String first = null;
    for (Span span : spans) {
      String reason =
          switch (GenAiSpans.of(span, now)) {
            case GenAiSpans.Told(var event) -> {
              try {
                publisher.publish(event);
                accepted.increment();
                yield null;
              } catch (InvalidEventException e) {
                yield e.violations().getFirst().field() + ": " + e.violations().getFirst().reason();
              }
            }
            case GenAiSpans.Ignored() -> {
              ignored.increment();
              yield null;
            }
            case GenAiSpans.Refused(String why) -> why;
          };
      if (reason != null) {
        rejected.increment();
        wrong++;
        first = first == null ? "span " + span.spanId() + ": " + reason : first;
      }
    }
    String message = wrong > 1 ? first + " (and " + (wrong - 1) + " more)" : first;
    return answer(200, format, format.success(wrong, message), Map.of());
  }

  private byte[] inflated(OwnRequest request) {
    if (!encoding(request.headers()).equals("gzip")) {
      return request.body();
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
      byte[] bytes = in.readNBytes(maxBodyBytes);
      if (in.read() >= 0) {
        throw new ProblemException(
            Problem.invalid(
                413,
                "Request too large",
                "body",
                "larger than " + maxBodyBytes + " bytes once inflated"));
      }
      return bytes;
    } catch (IOException e) {
      throw new IllegalArgumentException("is no gzip", e);
    }
  }

  private static OwnAnswer answer(
      int status, TraceFormat format, byte[] body, Map<String, String> headers) {
    return new OwnAnswer(status, format.contentType(), body, headers);
  }
}
