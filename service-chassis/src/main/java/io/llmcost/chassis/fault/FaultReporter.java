package io.llmcost.chassis.fault;

/**
 * Is told of errors that nobody foresaw: no outages, which are waited for, and no bad input, which
 * is a dead letter or a problem. Never blocks and never throws.
 */
public interface FaultReporter {

  /**
   * Reports {@code fault}; the same one again soon after is only counted.
   *
   * @param where the part of the service, for instance {@code recorder-0}; no data of any event
   */
  void report(String where, Throwable fault);
}
