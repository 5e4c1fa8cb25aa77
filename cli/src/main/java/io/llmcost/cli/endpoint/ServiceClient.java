package io.llmcost.cli.endpoint;

import io.llmcost.cli.terminal.CommandFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls one service's REST API: JSON in and out, any failure as one line that names its reason. */
public final class ServiceClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Query parameters in order; a name may come again. */
  public static final class Query {
    private final List<Map.Entry<String, String>> parameters = new ArrayList<>();

    /** Adds the parameter unless its value is null. */
    public Query add(String name, @Nullable String value) {
      if (value != null) {
        parameters.add(Map.entry(name, value));
      }
      return this;
    }

    /** Adds the parameter once for each value. */
    public Query addAll(String name, Iterable<String> values) {
      values.forEach(value -> add(name, value));
      return this;
    }

    /** The query with its question mark, or nothing where it is empty. */
    String text() {
      StringBuilder text = new StringBuilder();
      parameters.forEach(
          parameter ->
              text.append(text.isEmpty() ? '?' : '&')
                  .append(encode(parameter.getKey()))
                  .append('=')
                  .append(encode(parameter.getValue())));
      return text.toString();
    }

    private static String encode(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  private final Service service;
  private final URI base;
  private final String token;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

  /** Calls the service at the URL, showing the token. */
  public ServiceClient(Service service, URI base, String token) {
    this.service = service;
    this.base = base;
    this.token = token;
  }

  /** GETs the path and returns the JSON of its 2xx answer. */
  public JsonNode get(String path, Query query) {
    return send(request(path + query.text()).GET().build());
  }

  /** GETs the path and returns the text of its 2xx answer, in the form that is asked for. */
  public String getText(String path, Query query, String mediaType) {
    HttpResponse<String> response =
        answer(
            request(path + query.text())
                .setHeader("accept", mediaType + ", application/problem+json")
                .GET()
                .build());
    if (response.statusCode() / 100 != 2) {
      throw new CommandFailure(refusal(response.statusCode(), json(response)));
    }
    return response.body();
  }

  /** POSTs the JSON to the path and returns the JSON of its 2xx answer. */
  public JsonNode post(String path, JsonNode body) {
    return post(path, body, Map.of());
  }

  /** The same with more headers. */
  public JsonNode post(String path, JsonNode body, Map<String, String> headers) {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    headers.forEach(request::header);
    return send(request.build());
  }

  /**
   * POSTs a file to the path and returns the JSON of its 2xx answer.
   *
   * @param ifMatch the entity tag of what the caller has seen, or null
   */
  public JsonNode post(String path, Query query, byte[] file, @Nullable String ifMatch) {
    HttpRequest.Builder request =
        request(path + query.text())
            .header("content-type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(file));
    if (ifMatch != null) {
      request.header("if-match", ifMatch);
    }
    return send(request.build());
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    String root = base.toString().replaceFirst("/+$", "");
    return HttpRequest.newBuilder(URI.create(root + pathAndQuery))
        .timeout(ANSWER_TIMEOUT)
        .header("authorization", "Bearer " + token)
        .header("accept", "application/json");
  }

  private JsonNode send(HttpRequest request) {
    HttpResponse<String> response = answer(request);
    JsonNode body = json(response);
    if (response.statusCode() / 100 != 2) {
      throw new CommandFailure(refusal(response.statusCode(), body));
    }
    return body;
  }

  private HttpResponse<String> answer(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (ConnectException refused) {
      throw new CommandFailure(
          "%s does not answer at %s; is the stack running?".formatted(service.label(), base),
          refused);
    } catch (IOException failed) {
      throw new CommandFailure(
          "%s at %s did not answer: %s"
              .formatted(
                  service.label(),
                  base,
                  failed.getMessage() != null ? failed.getMessage() : failed.toString()),
          failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", interrupted);
    }
  }

  private JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new CommandFailure(
          "%s at %s answered %d with something that is not JSON"
              .formatted(service.label(), base, response.statusCode()),
          e);
    }
  }

  /** One line out of an RFC 9457 problem. */
  private String refusal(int status, JsonNode problem) {
    if (status == 401) {
      return "%s at %s does not know this token (401)".formatted(service.label(), base);
    }
    String field = problem.path("field").asString("");
    String reason =
        problem
            .path("reason")
            .asString(
                problem.path("detail").asString(problem.path("title").asString("no reason given")));
    return "%s refused (%d): %s%s"
        .formatted(service.label(), status, field.isEmpty() ? "" : field + ": ", reason)
        .replaceAll("\\s+", " ");
  }
}
