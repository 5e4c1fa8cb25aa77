package io.llmcost.chassis.problem;

import io.llmcost.chassis.fault.FaultReporter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Turns every refusal and every fault into a problem; a fault is reported, its text kept inside.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

  private final FaultReporter faults;

  ProblemAdvice(FaultReporter faults) {
    this.faults = faults;
  }

  @ExceptionHandler
  ProblemDetail invalid(InvalidRequestException e) {
    return Problems.invalid(e.field(), e.reason());
  }

  @ExceptionHandler
  ProblemDetail notFound(NotFoundException e) {
    return Problems.of(HttpStatus.NOT_FOUND, String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  ProblemDetail conflict(ConflictException e) {
    return Problems.about(HttpStatus.CONFLICT, e.field(), e.reason());
  }

  @ExceptionHandler
  ProblemDetail wrongType(MethodArgumentTypeMismatchException e) {
    Class<?> type = e.getRequiredType();
    return Problems.invalid(
        e.getName(),
        "'" + e.getValue() + "' is not a " + (type == null ? "valid value" : type.getSimpleName()));
  }

  /** Thrown by the server when a parameter is first asked for, without the parameter's name. */
  @ExceptionHandler
  ProblemDetail unreadable(InvalidParameterException e) {
    return Problems.invalid("query", "cannot be read; percent-encode names and values as UTF-8");
  }

  @ExceptionHandler
  ProblemDetail fault(Exception e) throws Exception {
    if (e instanceof AccessDeniedException) {
      throw e; // The security filter answers it.
    }
    faults.report("http", e);
    return Problems.of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "An unexpected error; the service's log has it at this time.");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    List<Map<String, String>> errors =
        e.getBindingResult().getFieldErrors().stream()
            .map(error -> Map.of("field", snakeCase(error.getField()), "reason", reason(error)))
            .toList();
    if (errors.isEmpty()) {
      return super.handleMethodArgumentNotValid(e, headers, status, request);
    }
    Map<String, String> first = errors.getFirst();
    ProblemDetail problem =
        Problems.invalid(
            first.getOrDefault("field", ""), first.getOrDefault("reason", "is invalid"));
    problem.setProperty("errors", errors);
    return handleExceptionInternal(e, problem, headers, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
      MissingServletRequestParameterException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail problem = Problems.invalid(e.getParameterName(), "is required");
    return handleExceptionInternal(e, problem, headers, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail problem =
        e.getCause() instanceof DatabindException databind && !databind.getPath().isEmpty()
            ? Problems.invalid(path(databind), reason(databind))
            : Problems.of(HttpStatus.BAD_REQUEST, "The body is not readable: " + unreadable(e));
    return handleExceptionInternal(e, problem, headers, status, request);
  }

  private static String unreadable(HttpMessageNotReadableException e) {
    return e.getCause() instanceof JacksonException json
        ? "no valid JSON, " + json.getOriginalMessage()
        : "send the JSON that the API document describes";
  }

  // Jackson's own messages speak of Java classes and Jackson's settings.
  private static String reason(DatabindException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "is not a known field; known here: "
              + unknown.getKnownPropertyIds().stream()
                  .map(id -> snakeCase(String.valueOf(id)))
                  .sorted()
                  .collect(Collectors.joining(", "));
      case InvalidFormatException wrong ->
          "'" + wrong.getValue() + "' is not a valid " + wrong.getTargetType().getSimpleName();
      case MismatchedInputException missing
          when String.valueOf(missing.getOriginalMessage()).startsWith("Cannot map `null`") ->
          "is required";
      default -> "does not have the type that the API document describes";
    };
  }

  private static String path(DatabindException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      String name = step.getPropertyName();
      if (name == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(snakeCase(name));
      }
    }
    return path.toString();
  }

  private static String reason(FieldError error) {
    String message = error.getDefaultMessage();
    return message == null ? "is invalid" : message;
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
