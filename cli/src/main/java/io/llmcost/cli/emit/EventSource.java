package io.llmcost.cli.emit;

import io.llmcost.schemas.LlmRequestCompleted;
import java.io.IOException;
import java.util.function.Consumer;

/** A file of completion events. */
interface EventSource {

  /** What a line of the file holds. */
  sealed interface Line {
    /** Of the file, from 1. */
    long number();

    /** A valid event. */
    record Event(long number, LlmRequestCompleted event) implements Line {}

    /** Not an event: the field that is wrong, and why. */
    record Refused(long number, String field, String reason) implements Line {}
  }

  /** Hands every line on in the file's order, with the same ids each time. */
  void read(Consumer<Line> lines) throws IOException;
}
