package io.llmcost.chassis.problem;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Makes RFC 9457 problems of one shape: type, title, status, detail, and field with reason. */
public final class Problems {

  private static final String TYPE = "urn:llmcost:problem:";

  private Problems() {}

  /** Returns a problem of {@code status} that says {@code detail}. */
  public static ProblemDetail of(HttpStatus status, String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setTitle(status.getReasonPhrase());
    problem.setType(URI.create(TYPE + status.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    return problem;
  }

  /** Returns a 400 about one field: its name as callers write it, and what is wrong with it. */
  public static ProblemDetail invalid(String field, String reason) {
    return about(HttpStatus.BAD_REQUEST, field, reason);
  }

  /** Returns a problem of {@code status} about one field. */
  public static ProblemDetail about(HttpStatus status, String field, String reason) {
    ProblemDetail problem = of(status, field + ": " + reason);
    problem.setProperty("field", field);
    problem.setProperty("reason", reason);
    return problem;
  }

  /** Returns {@code path} as a problem's instance, or null where it is no URI. */
  public static @Nullable URI instance(String path) {
    try {
      return new URI(null, null, path, null);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
