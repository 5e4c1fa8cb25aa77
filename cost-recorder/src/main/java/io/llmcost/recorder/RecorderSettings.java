package io.llmcost.recorder;

import io.llmcost.recorder.intake.IntakeSettings;
import io.llmcost.recorder.replay.ReplayLimits;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code llmcost.recorder.*}.
 *
 * @param groupId the consumer group of the ledger; its committed offsets follow the database's
 * @param concurrency consumers of costed events in this process, each a thread and a connection
 * @param maxPollRecords most records of one transaction
 * @param pollTimeout how long an idle consumer waits for records
 * @param fetchSize most that one request brings from the broker
 * @param idleBeat how often an idle partition's completeness is written; at most 5 s
 * @param completenessMargin what completeness stays behind our clock, for a broker whose clock
 *     differs or whose replicas lag
 * @param retry how long to wait where PostgreSQL, Kafka or the registry is away
 * @param deadLetterTimeout how long a batch waits for Kafka to acknowledge its dead letters
 * @param deadLetterMaxSize largest dead letter: the largest source record, and its headers
 * @param retention how long the ledger's entries are kept
 * @param checkPeriod from one comparison of an hour's rollups with its entries to the next; 0: none
 * @param deadLetters the index of dead letters, and their replay
 * @param calculator whom a dry run asks
 */
@Validated
@ConfigurationProperties(prefix = "llmcost.recorder", ignoreUnknownFields = false)
public record RecorderSettings(
    @DefaultValue("cost-recorder") @NotBlank String groupId,
    @DefaultValue("2") @Min(1) @Max(64) int concurrency,
    @DefaultValue("1000") @Min(1) @Max(50_000) int maxPollRecords,
    @DefaultValue("500ms") Duration pollTimeout,
    @DefaultValue("2MB") DataSize fetchSize,
    @DefaultValue("2s") Duration idleBeat,
    @DefaultValue("1s") Duration completenessMargin,
    @DefaultValue @Valid Retry retry,
    @DefaultValue("30s") Duration deadLetterTimeout,
    @DefaultValue("16MB") DataSize deadLetterMaxSize,
    @DefaultValue @Valid Retention retention,
    @DefaultValue("1m") Duration checkPeriod,
    @DefaultValue @Valid DeadLetters deadLetters,
    @DefaultValue Calculator calculator) {

  private static final Duration SLOWEST_BEAT = Duration.ofSeconds(5);

  public RecorderSettings {
    if (idleBeat.compareTo(SLOWEST_BEAT) > 0 || !idleBeat.isPositive()) {
      throw new IllegalArgumentException("idle-beat must be above 0 and at most 5s: " + idleBeat);
    }
  }

  /**
   * Delays between tries: doubling from the first to the longest, for as long as it takes.
   *
   * @param first after the first failure
   * @param longest never more than this
   */
  public record Retry(
      @DefaultValue("200ms") Duration first, @DefaultValue("10s") Duration longest) {
    public Retry {
      if (!first.isPositive() || longest.compareTo(first) < 0) {
        throw new IllegalArgumentException("retry: first " + first + ", longest " + longest);
      }
    }
  }

  /**
   * Which months are let go of by themselves; rollups stay in any case.
   *
   * @param months whole months that are kept beside the current one; 0 keeps all
   */
  public record Retention(@DefaultValue("0") @Min(0) @Max(1_200) int months) {}

  /**
   * Settings of the dead letters' index and of replays.
   *
   * @param groupId its consumer group
   * @param maxPollRecords most dead letters of one transaction
   * @param maxAttempts after so many failures a letter is parked
   * @param replayRate records a second, where a replay does not say
   * @param dryRunLetters most letters that one dry run examines
   */
  public record DeadLetters(
      @DefaultValue("cost-recorder-dead-letters") @NotBlank String groupId,
      @DefaultValue("200") @Min(1) @Max(10_000) int maxPollRecords,
      @DefaultValue("5") @Min(1) @Max(1_000) int maxAttempts,
      @DefaultValue("1000") @Min(1) @Max(100_000) int replayRate,
      @DefaultValue("20000") @Min(1) @Max(100_000) int dryRunLetters) {}

  /**
   * The cost-calculator, which a dry run asks about completed events.
   *
   * @param url its address
   * @param token of a reader there; none unless set
   */
  public record Calculator(@DefaultValue("http://localhost:8081") URI url, @Nullable String token) {
    public Calculator {
      token = token == null || token.isBlank() ? null : token;
    }

    @Override
    public String toString() {
      return "Calculator[url=" + url + "]";
    }
  }

  ReplayLimits replays() {
    return new ReplayLimits(
        deadLetters.maxAttempts(),
        deadLetters.replayRate(),
        deadLetters.dryRunLetters(),
        deadLetterTimeout,
        retry.first(),
        retry.longest(),
        calculator.url(),
        calculator.token());
  }

  IntakeSettings intake() {
    return new IntakeSettings(
        pollTimeout, idleBeat, completenessMargin, retry.first(), retry.longest());
  }
}
