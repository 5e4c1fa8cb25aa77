package io.llmcost.calculator;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code llmcost.calculator.*}.
 *
 * @param concurrency Kafka consumers of this instance; more than the topic has partitions are idle
 * @param currency the ledger's one currency (ISO 4217); prices in another are refused
 * @param shippedPrices whether an empty price book is filled with the shipped prices at first start
 * @param priceBookPoll how often the price book's version is looked at beside the notifications
 *     that announce each change within a second
 * @param maxImportSize the longest price list that is taken
 * @param outlierFactor how many times a model's usual cost makes a request an outlier; 0 for never
 * @param reportedCostTolerance per cent that a provider's own cost may be off ours
 * @param repricing how the past is priced anew
 * @param retryInitial first wait before a batch is tried again while Kafka or the registry is away
 * @param retryMax longest such wait; the wait doubles up to it, and trying never ends
 */
@Validated
@ConfigurationProperties(prefix = "llmcost.calculator", ignoreUnknownFields = false)
public record CalculatorSettings(
    @DefaultValue("2") @Min(1) @Max(64) int concurrency,
    @DefaultValue("USD") @Pattern(regexp = "[A-Z]{3}") String currency,
    @DefaultValue("true") boolean shippedPrices,
    @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration priceBookPoll,
    @DefaultValue("32MB") DataSize maxImportSize,
    @DefaultValue("100") @Min(0) @Max(1_000_000) int outlierFactor,
    @DefaultValue("5") @DecimalMin("0") @DecimalMax("100") BigDecimal reportedCostTolerance,
    @DefaultValue @Valid Repricing repricing,
    @DefaultValue("500ms") @DurationMin(millis = 10) @DurationMax(minutes = 1)
        Duration retryInitial,
    @DefaultValue("10s") @DurationMin(millis = 10) @DurationMax(minutes = 2) Duration retryMax) {

  /**
   * Settings {@code llmcost.calculator.repricing.*}.
   *
   * @param ledgerUrl JDBC URL of the database with the ledger's tables, of which this service only
   *     reads; where left out, that of the price book
   * @param ledgerUsername its user, who needs no more than SELECT; where there is no ledgerUrl,
   *     that of the price book
   * @param ledgerPassword of that user
   * @param rate targets a second that one repricing sends, unless it says its own
   */
  public record Repricing(
      @Nullable String ledgerUrl,
      @Nullable String ledgerUsername,
      @Nullable String ledgerPassword,
      @DefaultValue("5000") @Min(1) @Max(100_000) int rate) {}
}
