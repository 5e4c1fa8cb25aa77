package io.llmcost.client.provider;

import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageSources;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the answers of all APIs have in common: who answered, and how it went. */
final class AnswerFacts {
  /** The error code of an answer whose end never came. */
  static final String CUT = "answer_cut";

  /** Name in the metadata of the provider's own numbers, where they were inconsistent. */
  static final String REPORTED_USAGE = "provider_usage";

  private final AnswerHead head;
  private @Nullable String model;
  private @Nullable String id;
  private @Nullable String serviceTier;
  private @Nullable Instant createdAt;
  private @Nullable String errorCode;

  AnswerFacts(AnswerHead head) {
    this.head = head;
  }

  void model(@Nullable String value) {
    model = value == null ? model : value;
  }

  void id(@Nullable String value) {
    id = value == null ? id : value;
  }

  void serviceTier(@Nullable String value) {
    serviceTier = value == null ? serviceTier : value;
  }

  /** Takes a provider's Unix time, in seconds. */
  void createdAt(@Nullable Long epochSeconds) {
    if (epochSeconds != null) {
      try {
        createdAt = Instant.ofEpochSecond(epochSeconds);
      } catch (DateTimeException e) {
        createdAt = null;
      }
    }
  }

  boolean hasModel() {
    return model != null;
  }

  boolean hasId() {
    return id != null;
  }

  @Nullable String id() {
    return id;
  }

  @Nullable Instant createdAt() {
    return createdAt;
  }

  boolean isFailed() {
    return errorCode != null || head.isError();
  }

  void failed(String code) {
    errorCode = code;
  }

  /** Takes an error object or text; its message is not kept, since it may quote the prompt. */
  void error(@Nullable JsonNode error) {
    if (error == null) {
      return;
    }
    String code = Counts.text(error, "code");
    code = code == null ? Counts.text(error, "status") : code; // Google's word for it
    JsonNode number = error.get("code");
    if (code == null && number != null && number.isIntegralNumber()) {
      code = number.asString();
    }
    String type = code == null ? Counts.text(error, "type") : code;
    errorCode = type == null ? "error" : type;
  }

  Completion completion(
      @Nullable Usage usage, @Nullable String region, boolean finished, boolean pending) {
    boolean ended = finished || isFailed();
    String code = errorCode;
    if (code == null && head.isError()) {
      code = "http_" + head.httpStatus();
    } else if (code == null && !ended) {
      code = CUT;
    }
    String reported = usage == null ? null : usage.reported();
    return new Completion(
        code == null ? Statuses.SUCCEEDED : Statuses.FAILED,
        code,
        model,
        serviceTier,
        region,
        usage == null ? List.of() : usage.readings(),
        usage == null ? UsageSources.NONE : UsageSources.PROVIDER,
        reported != null,
        reported == null ? Map.of() : Map.of(REPORTED_USAGE, reported),
        usage == null ? null : usage.contextTokens(),
        usage == null ? null : usage.cost(),
        id,
        createdAt,
        ended,
        pending);
  }
}
