package io.llmcost.benchmarks;

/**
 * What one process used.
 *
 * @param cpuMicros of user and system time, for each event
 * @param maxMegabytes most that was resident at once; of PostgreSQL, shared pages counted once
 */
record Usage(String process, double cpuMicros, long maxMegabytes) {}
