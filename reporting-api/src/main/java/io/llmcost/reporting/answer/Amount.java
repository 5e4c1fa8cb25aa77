package io.llmcost.reporting.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;

/** An exact amount of one currency, as JSON carries it. */
@Schema(description = "An exact amount.")
public record Amount(
    @Schema(
            description = "Every digit, plain, without trailing zeros.",
            type = "string",
            example = "556.55298",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @JsonProperty("value")
        String value,
    @Schema(example = "USD", requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("currency")
        String currency) {

  /** Returns {@code value} with every digit and no trailing zero, never in powers of ten. */
  public static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  /** Returns {@code value} of {@code currency}. */
  public static Amount of(BigDecimal value, String currency) {
    return new Amount(plain(value), currency);
  }
}
