package io.llmcost.schemas;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells a redelivered completion from a conflicting one: a SHA-256 over the fields that decide what
 * the answer used, and over nothing else. Two events of one id and one digest are the same
 * completion whatever their context, latency or price.
 */
public final class CompletionDigests {

  private static final Comparator<UsageItem> ORDER =
      Comparator.comparing(UsageItem::getMeter)
          .thenComparing(UsageItem::getModel, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(UsageItem::getQuantity);

  private CompletionDigests() {}

  /**
   * Returns the digest over provider, operation, model, status, service_tier, region and the sorted
   * usage items. Each field is written with its length, so that no two lists of fields run into the
   * same bytes; quantities are compared by value, not by scale.
   */
  public static Sha256 of(LlmRequestCompleted event) {
    MessageDigest digest = sha256();
    put(digest, event.getProvider());
    put(digest, event.getOperation());
    put(digest, event.getModel() != null ? event.getModel() : event.getModelRequested());
    put(digest, event.getStatus());
    put(digest, event.getServiceTier());
    put(digest, event.getRegion());
    List<UsageItem> usage = new ArrayList<>(event.getUsage());
    usage.sort(ORDER);
    for (UsageItem item : usage) {
      put(digest, item.getMeter());
      put(digest, item.getModel());
      put(digest, plain(item.getQuantity()));
    }
    return new Sha256(digest.digest());
  }

  private static String plain(BigDecimal quantity) {
    return quantity.stripTrailingZeros().toPlainString();
  }

  private static void put(MessageDigest digest, @Nullable String field) {
    if (field == null) {
      digest.update(ByteBuffer.allocate(4).putInt(-1).flip());
      return;
    }
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
