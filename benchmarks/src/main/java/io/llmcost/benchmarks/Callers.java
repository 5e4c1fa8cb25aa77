package io.llmcost.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Callers of one address on kept connections and one thread, either each as fast as it is answered,
 * or all together at a pace: a call's time then begins when it was due, so that a pause counts for
 * all that it held up.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is counted
final class Callers {
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_CHUNKS = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

  private static final int PATIENCE_MILLIS = 2_000;

  private final EventLoop loop;
  private final ByteBuf request;
  private final List<Caller> callers = new ArrayList<>();
  private final ArrayDeque<Caller> idle = new ArrayDeque<>();
  private final ArrayDeque<Long> due = new ArrayDeque<>();
  private final Samples samples = new Samples();
  private int answered;
  private int errors;
  private boolean running;
  private boolean paced;

  /**
   * What came of a run.
   *
   * @param samples times of the calls that ended within it
   * @param answered calls that were answered well, those included that were under way when it ended
   */
  record Run(Samples samples, double seconds, int answered, int errors) {
    double callsPerSecond() {
      return samples.size() / seconds;
    }
  }

  /** Connects {@code count} callers, each of which will send {@code request} again and again. */
  Callers(EventLoop loop, URI url, byte[] request, int count) {
    this.loop = loop;
    this.request = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(request));
    for (int i = 0; i < count; i++) {
      Channel channel =
          new Bootstrap()
              .group(loop)
              .channel(EpollSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(url.getHost(), url.getPort())
              .syncUninterruptibly()
              .channel();
      Caller caller = new Caller(channel);
      channel.pipeline().addLast(caller);
      callers.add(caller);
    }
  }

  /** A POST with {@code body}. */
  static byte[] post(URI url, String body, String... headers) {
    StringBuilder head =
        new StringBuilder("POST ").append(url.getRawPath()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(url.getAuthority()).append("\r\n");
    head.append("content-type: application/json\r\nauthorization: Bearer any\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("content-length: ").append(body.length()).append("\r\n\r\n").append(body);
    return head.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Each calls again as soon as it was answered. */
  Run asFastAsAnswered(int seconds) {
    return run(seconds, () -> callers.forEach(caller -> caller.send(System.nanoTime())));
  }

  /** All together make {@code perSecond} calls. */
  Run atPace(int seconds, int perSecond) {
    paced = true;
    idle.addAll(callers);
    long start = System.nanoTime();
    long[] sent = {0};
    CompletableFuture<ScheduledFuture<?>> pace = new CompletableFuture<>();
    Run run =
        run(
            seconds,
            () ->
                pace.complete(
                    loop.scheduleAtFixedRate(
                        () -> {
                          long elapsed = System.nanoTime() - start;
                          for (;
                              running && sent[0] * 1_000_000_000L / perSecond <= elapsed;
                              sent[0]++) {
                            due.add(start + sent[0] * 1_000_000_000L / perSecond);
                          }
                          sendDue();
                        },
                        0,
                        250,
                        TimeUnit.MICROSECONDS)));
    pace.join().cancel(false);
    return run;
  }

  private void sendDue() {
    while (!due.isEmpty() && !idle.isEmpty()) {
      idle.remove().send(due.remove());
    }
  }

  private Run run(int seconds, Runnable begin) {
    long start = System.nanoTime();
    loop.execute(
        () -> {
          running = true;
          begin.run();
        });
    sleep(1_000L * seconds);
    double taken =
        loop.submit(
                () -> {
                  running = false;
                  return (System.nanoTime() - start) / 1e9;
                })
            .syncUninterruptibly()
            .getNow();
    // What is under way is answered first: a caller who leaves would be another case.
    for (Caller caller : callers) {
      for (int i = 0; i < PATIENCE_MILLIS && caller.waiting; i++) {
        sleep(1);
      }
      caller.channel.close().syncUninterruptibly();
    }
    return loop.submit(() -> new Run(samples, taken, answered, errors))
        .syncUninterruptibly()
        .getNow();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Caller extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private volatile boolean waiting;
    private long since;
    private int usualLength;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;

    Caller(Channel channel) {
      this.channel = channel;
    }

    void send(long begin) {
      since = begin;
      waiting = true;
      channel.writeAndFlush(request.duplicate(), channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf part = (ByteBuf) message;
      received = received.isReadable() ? Unpooled.wrappedBuffer(received, part) : part;
      int length = received.readableBytes();
      if (length != usualLength) {
        usualLength = whole(received);
        if (length < usualLength || usualLength == 0) {
          return;
        }
      }
      if (startsWith(received, OK)) {
        answered++;
      } else {
        errors++;
      }
      received.release();
      received = Unpooled.EMPTY_BUFFER;
      end();
    }

    private void end() {
      long now = System.nanoTime();
      waiting = false;
      if (!running) {
        return;
      }
      samples.add(now - since);
      if (paced) {
        idle.add(this);
        sendDue();
      } else {
        send(now);
      }
    }

    /** The length of the answer, head and body; 0 where it is not known yet. */
    private static int whole(ByteBuf in) {
      int end = FastProvider.Bytes.indexOf(in, END_OF_HEAD, in.readerIndex(), in.writerIndex());
      if (end < 0) {
        return 0;
      }
      int body = FastProvider.Bytes.contentLength(in, in.readerIndex(), end);
      if (body > 0) {
        return end - in.readerIndex() + END_OF_HEAD.length + body;
      }
      int last = in.writerIndex() - END_OF_CHUNKS.length;
      return FastProvider.Bytes.indexOf(in, END_OF_CHUNKS, Math.max(end, last), in.writerIndex())
              < 0
          ? 0
          : in.readableBytes();
    }

    private static boolean startsWith(ByteBuf in, byte[] wanted) {
      for (int i = 0; i < wanted.length; i++) {
        if (in.getByte(in.readerIndex() + i) != wanted[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (waiting) {
        errors++;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
