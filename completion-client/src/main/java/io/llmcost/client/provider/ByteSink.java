package io.llmcost.client.provider;

/** Where bytes go on to; they must be used or copied before the call returns. */
@FunctionalInterface
public interface ByteSink {
  void write(byte[] bytes, int offset, int length);
}
