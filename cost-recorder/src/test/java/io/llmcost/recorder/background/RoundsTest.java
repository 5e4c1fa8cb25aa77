package io.llmcost.recorder.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();

  @Test
  void aRoundThatThrowsIsToldAndTheNextOneComes() {
    AtomicInteger rounds = new AtomicInteger();
    Rounds work =
        rounds(
            () -> {
              if (rounds.incrementAndGet() == 2) {
                throw new NoClassDefFoundError("gone");
              }
            });
    work.start();
    await().until(() -> rounds.get() > 3);
    work.stop();

    assertThat(faults).singleElement().isInstanceOf(NoClassDefFoundError.class);
    assertThat(work.isRunning()).isFalse();
    int atTheStop = rounds.get();
    await().during(Duration.ofMillis(100)).until(() -> rounds.get() == atTheStop);
  }

  @Test
  void aStopWaitsForTheRoundThatGoesOnAndWhatItThrowsThenIsNoFault() {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Rounds work =
        rounds(
            () -> {
              inside.countDown();
              pause(Duration.ofMillis(200));
              ended.incrementAndGet();
              throw new IllegalStateException("the pool is closed");
            });
    work.start();
    await().until(() -> inside.getCount() == 0);
    work.stop();

    assertThat(ended).hasValue(1);
    assertThat(faults).isEmpty();
  }

  @Test
  void workThatIsNotWantedIsNotStarted() {
    Rounds.Work unwanted =
        new Rounds.Work() {
          @Override
          public boolean isWanted() {
            return false;
          }

          @Override
          public Duration round() {
            return Duration.ZERO;
          }

          @Override
          public Duration afterAFault() {
            return Duration.ZERO;
          }
        };

    assertThat(new Rounds("x", Duration.ZERO, unwanted, (where, fault) -> {}).isAutoStartup())
        .isFalse();
    assertThat(rounds(() -> {}).isAutoStartup()).isTrue();
  }

  private Rounds rounds(Runnable work) {
    return new Rounds(
        "test-rounds",
        Duration.ZERO,
        new Rounds.Work() {
          @Override
          public Duration round() {
            work.run();
            return Duration.ofMillis(5);
          }

          @Override
          public Duration afterAFault() {
            return Duration.ofMillis(5);
          }
        },
        (where, fault) -> {
          assertThat(where).isEqualTo("test-rounds");
          faults.add(fault);
        });
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
