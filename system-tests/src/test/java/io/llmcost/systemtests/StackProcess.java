package io.llmcost.systemtests;

import java.util.Optional;

/** A process of {@code ./llmcost up}, which starts it again. */
final class StackProcess implements Killer.Victim {
  private final RunningStack stack;
  private final String name;

  StackProcess(RunningStack stack, String name) {
    this.stack = stack;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean kill() {
    Optional<ProcessHandle> process = ProcessHandle.of(stack.pid(name));
    return process.filter(ProcessHandle::isAlive).map(ProcessHandle::destroyForcibly).orElse(false);
  }
}
