package io.llmcost.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many streams open at once: how long each chunk takes from the provider to its caller, while all
 * are open. Provider and callers live in one process, and so by one clock.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection
final class StreamCallers {
  private static final byte[] MARK = FastProvider.MARK.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 19;
  private static final int TAIL = 40;

  private final EventLoop loop;
  private final Samples samples = new Samples();
  private final CountDownLatch ended;
  private long chunks;
  private int complete;
  private boolean steady;

  /**
   * What came of a run.
   *
   * @param samples delays of chunks while all streams were open
   * @param streams that were opened
   * @param complete of them, those whose end was seen
   * @param expected chunks that the provider sent
   * @param chunks that arrived
   */
  record Run(Samples samples, int streams, int complete, long expected, long chunks) {}

  private StreamCallers(EventLoop loop, int streams) {
    this.loop = loop;
    this.ended = new CountDownLatch(streams);
  }

  /**
   * Opens {@code streams} over {@code openingSeconds}, and looks at them for {@code steadySeconds}
   * once all are open.
   */
  static Run run(
      EventLoop loop,
      FastProvider provider,
      URI url,
      byte[] request,
      int streams,
      int openingSeconds,
      int steadySeconds)
      throws InterruptedException {
    // The first to open is the first to end, and stays to the end of what is looked at.
    int each = FastProvider.CHUNKS_PER_SECOND * (openingSeconds + steadySeconds + 2);
    provider.chunksOfStream(each);
    StreamCallers callers = new StreamCallers(loop, streams);
    callers.open(url, request, streams, openingSeconds);
    TimeUnit.SECONDS.sleep(1);
    callers.look(true);
    TimeUnit.SECONDS.sleep(steadySeconds);
    callers.look(false);
    boolean all = callers.ended.await(openingSeconds + steadySeconds + 20L, TimeUnit.SECONDS);
    if (!all) {
      System.err.println(callers.ended.getCount() + " streams have not ended");
    }
    return callers.result(streams, (long) streams * each);
  }

  private void open(URI url, byte[] request, int streams, int seconds) throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      var unused =
          new Bootstrap()
              .group(loop)
              .channel(EpollSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(new Caller(request))
              .connect(url.getHost(), url.getPort());
      long due = start + (long) ((i + 1) * (seconds * 1e9 / streams));
      long ahead = due - System.nanoTime();
      if (ahead > 1_000_000) {
        Thread.sleep(ahead / 1_000_000);
      }
    }
  }

  private void look(boolean now) {
    loop.submit(() -> steady = now).syncUninterruptibly();
  }

  private Run result(int streams, long expected) {
    return loop.submit(() -> new Run(samples, streams, complete, expected, chunks))
        .syncUninterruptibly()
        .getNow();
  }

  private final class Caller extends ByteToMessageDecoder {
    private final byte[] request;

    Caller(byte[] request) {
      this.request = request;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(request), ctx.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int mark = FastProvider.Bytes.indexOf(in, MARK, in.readerIndex(), in.writerIndex());
      if (mark >= 0) {
        int end = mark + MARK.length + DIGITS;
        if (end <= in.writerIndex()) {
          arrived(in, mark + MARK.length);
          in.readerIndex(end);
        }
        return;
      }
      if (FastProvider.Bytes.indexOf(in, DONE, in.readerIndex(), in.writerIndex()) >= 0) {
        complete++;
        ctx.close();
        in.readerIndex(in.writerIndex());
      } else if (in.readableBytes() > TAIL) {
        in.readerIndex(in.writerIndex() - TAIL);
      }
    }

    private void arrived(ByteBuf in, int at) {
      long sent = 0;
      for (int i = 0; i < DIGITS; i++) {
        sent = 10 * sent + in.getByte(at + i) - '0';
      }
      chunks++;
      if (steady) {
        samples.add(System.nanoTime() - sent);
      }
    }

    @Override
    public void handlerRemoved0(ChannelHandlerContext ctx) {
      ended.countDown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
