package io.llmcost.reporting;

import io.llmcost.reporting.plan.Parameter;
import io.llmcost.reporting.plan.ReportLimits;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API document at {@code /v3/api-docs}: its parameters are those that calls are read by. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final Map<String, Set<Parameter>> PARAMETERS =
      Map.of(
          "/v1/costs", Parameter.OF_COSTS,
          "/v1/totals", Parameter.OF_TOTALS,
          "/v1/reported-costs", Parameter.OF_TOTALS,
          "/v1/requests", Parameter.OF_REQUESTS);
  private static final Map<String, String> REFUSALS =
      Map.of(
          "400", "A parameter is wrong; the problem names it and says what would be right.",
          "401", "No valid bearer token.",
          "403", "The token's role does not cover reports.",
          "503", "The ledger cannot be read just now, or the report takes too long.");

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("llmcost reporting API")
                .version("1")
                .description(
                    "Read-only reports over the ledger of LLM costs. Amounts are decimal strings"
                        + " with every digit. A total that lacks what has no price says `is_floor`."
                        + " A parameter that is not listed is refused, never ignored."))
        .components(
            new Components()
                .addSecuritySchemes(
                    "bearer",
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("A token whose role includes `reports:read`."))
                .addSchemas("Problem", problem()))
        .addSecurityItem(new SecurityRequirement().addList("bearer"));
  }

  @Bean
  OpenApiCustomizer parametersAndRefusals(ReportLimits limits) {
    return document ->
        document
            .getPaths()
            .forEach(
                (path, item) -> {
                  Operation get = item.getGet();
                  if (get != null && path.startsWith("/v1/")) {
                    PARAMETERS
                        .getOrDefault(path, Set.of())
                        .forEach(p -> get.addParametersItem(parameter(p, path, limits)));
                    REFUSALS.forEach(
                        (status, reason) ->
                            get.getResponses().addApiResponse(status, refusal(reason)));
                    ApiResponse missing = get.getResponses().get("404");
                    if (missing != null) {
                      missing.setContent(problemContent());
                    }
                  }
                });
  }

  private static QueryParameter parameter(Parameter parameter, String path, ReportLimits limits) {
    QueryParameter documented = new QueryParameter();
    documented.setName(parameter.field());
    documented.setDescription(parameter.description());
    documented.setRequired(parameter == Parameter.START_TIME && !path.equals("/v1/requests"));
    Schema<?> schema = schema(parameter, path, limits);
    documented.setSchema(parameter.repeatable() ? new ArraySchema().items(schema) : schema);
    parameter
        .example()
        .ifPresent(
            example -> documented.setExample(parameter.repeatable() ? List.of(example) : example));
    return documented;
  }

  private static Schema<?> schema(Parameter parameter, String path, ReportLimits limits) {
    return switch (parameter) {
      case LIMIT ->
          new IntegerSchema()
              .minimum(BigDecimal.ONE)
              .maximum(
                  BigDecimal.valueOf(
                      path.equals("/v1/requests")
                          ? limits.maxPageRequests()
                          : limits.maxPageRows()));
      case BUCKET_WIDTH -> new StringSchema()._enum(List.of("15m", "1h", "1d", "1M"));
      case SHAPE -> new StringSchema()._enum(List.of("flat"));
      case STATUSES -> new StringSchema()._enum(List.of("succeeded", "failed", "cancelled"));
      case COST_STATUSES ->
          new StringSchema()._enum(List.of("PRICED", "FREE", "FALLBACK", "UNPRICED", "VOID"));
      default -> new StringSchema();
    };
  }

  private static ApiResponse refusal(String reason) {
    return new ApiResponse().description(reason).content(problemContent());
  }

  private static Content problemContent() {
    return new Content()
        .addMediaType(
            "application/problem+json", new MediaType().schema(new Schema<>().$ref(PROBLEM)));
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .description("RFC 9457: what was refused and what would be right.")
        .addProperty("type", new StringSchema().example("urn:llmcost:problem:bad-request"))
        .addProperty("title", new StringSchema().example("Bad Request"))
        .addProperty("status", new IntegerSchema().example(400))
        .addProperty(
            "detail",
            new StringSchema()
                .example("bucket_width: '1w' is no bucket width; give 15m, 1h, 1d or 1M"))
        .addProperty("field", new StringSchema().example("bucket_width"))
        .addProperty(
            "reason", new StringSchema().example("'1w' is no bucket width; give 15m, 1h, 1d or 1M"))
        .addProperty("instance", new StringSchema().example("/v1/costs"));
  }
}
