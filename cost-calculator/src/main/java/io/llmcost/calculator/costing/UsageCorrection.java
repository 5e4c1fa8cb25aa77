package io.llmcost.calculator.costing;

import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.UsageItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event is said to have used instead.
 *
 * @param usage null takes the event back: it counts for nothing
 * @param contextTokens the largest single prompt, where it is given
 * @param basis the digest of the usage that this takes the place of
 */
public record UsageCorrection(
    @Nullable List<UsageItem> usage, @Nullable Long contextTokens, Sha256 basis) {
  public UsageCorrection {
    usage = usage == null ? null : List.copyOf(usage);
  }
}
