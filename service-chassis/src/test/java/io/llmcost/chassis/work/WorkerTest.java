package io.llmcost.chassis.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private volatile Callable<Duration> work = () -> Duration.ZERO;

  private final Worker worker =
      new Worker("trials", new Worker.Retry(Duration.ofMillis(2), Duration.ofMillis(5))) {
        @Override
        protected Duration round() throws Exception {
          rounds.incrementAndGet();
          return work.call();
        }

        @Override
        protected boolean reportFault(Throwable error) {
          return error instanceof Error && faults.add(error);
        }

        @Override
        protected void ended() {
          ends.incrementAndGet();
        }
      };

  @AfterEach
  void stop() {
    worker.stop();
  }

  @Test
  void whatThrowsIsTriedAgainAndIsTheTroubleUntilItWorks() {
    work =
        () -> {
          throw new IOException("away\nand more");
        };
    worker.start();
    await().until(() -> rounds.get() > 5);

    assertThat(worker.trouble()).isEqualTo("java.io.IOException: away");
    assertThat(faults).isEmpty();
    work = () -> Duration.ofMillis(1);
    await().until(() -> worker.trouble() == null);
  }

  @Test
  void anErrorIsReportedAndEndsNothing() {
    work =
        () -> {
          throw new NoClassDefFoundError("gone");
        };
    worker.start();
    await().until(() -> faults.size() > 2);

    assertThat(worker.trouble()).contains("gone");
    assertThat(worker.isRunning()).isTrue();
  }

  @Test
  void aNudgeEndsTheWait() {
    work = () -> Duration.ofHours(1);
    worker.start();
    await().until(() -> rounds.get() == 1);
    worker.nudge();

    await().until(() -> rounds.get() == 2);
  }

  @Test
  void aStopWaitsForTheRoundThatGoesOn() {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    work =
        () -> {
          inside.countDown();
          Thread.sleep(200);
          done.incrementAndGet();
          return Duration.ZERO;
        };
    worker.start();
    await().until(() -> inside.getCount() == 0);
    worker.stop();

    assertThat(done).hasValue(rounds.get());
    assertThat(ends).hasValue(1);
    assertThat(worker.isRunning()).isFalse();
  }

  @Test
  void aWaitIsNeverNoneAndNeverLong() {
    assertThat(Worker.until(Duration.ZERO)).isPositive().isLessThan(Worker.IDLE);
    assertThat(Worker.until(Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(300));
    assertThat(Worker.until(Duration.ofDays(1))).isEqualTo(Worker.IDLE);
  }
}
