package io.llmcost.schemas;

import java.util.Set;
import org.apache.avro.util.ClassSecurityValidator;

/** Makes the events' classes known to Avro, which since 1.12.2 reads into trusted classes only. */
public final class EventSchemas {

  private static final Set<Class<?>> CLASSES =
      Set.of(
          LlmRequestCompleted.class,
          Trackable.class,
          UsageItem.class,
          ReportedCost.class,
          LlmRequestCosted.class,
          CostLine.class,
          Sha256.class);

  private static boolean trusted;

  private EventSchemas() {}

  /**
   * Adds the events' classes to those that Avro trusts in this process, and leaves the rest of its
   * list as it was. Every program that reads events calls this once before; more calls do nothing.
   */
  public static synchronized void trust() {
    if (!trusted) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), CLASSES::contains));
      trusted = true;
    }
  }
}
