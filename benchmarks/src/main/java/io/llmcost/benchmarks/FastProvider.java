package io.llmcost.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A provider that costs next to nothing: one thread, no HTTP library. Answers a chat completion at
 * once, or streams one: {@value #CHUNKS_PER_SECOND} chunks a second, each with the time at which it
 * was sent.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection
final class FastProvider implements AutoCloseable {
  static final int CHUNKS_PER_SECOND = 20;

  /** Stands in each chunk before the time, as System.nanoTime() tells it. */
  static final String MARK = "at=";

  private static final int TICKS_PER_SECOND = 500;
  private static final int TICKS_PER_CHUNK = TICKS_PER_SECOND / CHUNKS_PER_SECOND;
  private static final byte[] END_OF_HEAD = bytes("\r\n\r\n");
  private static final byte[] STREAM = bytes("\"stream\":true");
  private static final byte[] ASKS_FOR_USAGE = bytes("\"include_usage\":true");
  private static final String CHAT =
      """
      {"id":"chatcmpl-BPlnXkZ3YVpTqCzWmJ8RkLw2sD1aF","object":"chat.completion","created":1790000000,\
      "model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant",\
      "content":"Hello! In Hamburg it is raining, of course, which the people there call fresh air. \
      Take an umbrella, and something to hold it with when the wind comes from the harbour. In the \
      afternoon the sun is expected for about eleven minutes; locals will be seen in short sleeves.",\
      "refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{\
      "prompt_tokens":52,"completion_tokens":71,"total_tokens":123,"prompt_tokens_details":{\
      "cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,\
      "audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},\
      "service_tier":"default","system_fingerprint":"fp_51e1070cf2"}\
      """;
  private static final String CHUNK =
      """
      data: {"id":"chatcmpl-BPlnXkZ3YVpTqCzWmJ8RkLw2sD1aF","object":"chat.completion.chunk",\
      "created":1790000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{%s},\
      "logprobs":null,"finish_reason":%s}]}

      """;

  private static final String USAGE =
      """
      data: {"id":"chatcmpl-BPlnXkZ3YVpTqCzWmJ8RkLw2sD1aF","object":"chat.completion.chunk",\
      "created":1790000000,"model":"gpt-4o-mini-2024-07-18","choices":[],\
      "usage":{"prompt_tokens":52,"completion_tokens":71,"total_tokens":123}}

      """;

  private final ByteBuf answer =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  bytes(
                      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                          + CHAT.length()
                          + "\r\n\r\n"
                          + CHAT)));
  private final byte[] streamHead =
      bytes(
          String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "content-type: text/event-stream",
              "transfer-encoding: chunked",
              "",
              ""));
  private final byte[] finish = chunk(CHUNK.formatted("", "\"stop\""));
  private final byte[] usage = chunk(USAGE);
  private final byte[] done = chunk("data: [DONE]\n\n");
  private final byte[] endOfBody = bytes("0\r\n\r\n");

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Channel listening;
  private final ArrayDeque<Stream> streams = new ArrayDeque<>();
  private final byte[] before;
  private final byte[] behind;
  private long ticks;
  private volatile int chunksOfStream = CHUNKS_PER_SECOND;

  FastProvider() {
    String framedChunk =
        new String(
            chunk(CHUNK.formatted("\"content\":\" " + MARK + "%019d\"".formatted(0), "null")),
            StandardCharsets.US_ASCII);
    int time = framedChunk.indexOf(MARK) + MARK.length();
    before = bytes(framedChunk.substring(0, time));
    behind = bytes(framedChunk.substring(time + 19));
    listening =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 8192)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Requests());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    var unused =
        group
            .next()
            .scheduleAtFixedRate(
                this::tick, 0, 1_000_000 / TICKS_PER_SECOND, TimeUnit.MICROSECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] chunk(String text) {
    return bytes(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** How many chunks the streams have that begin from now on. */
  void chunksOfStream(int chunks) {
    chunksOfStream = chunks;
  }

  private static final class Stream {
    private final Channel channel;
    private final boolean asksForUsage;
    private int left;
    private long due;

    Stream(Channel channel, boolean asksForUsage, int chunks, long due) {
      this.channel = channel;
      this.asksForUsage = asksForUsage;
      this.left = chunks;
      this.due = due;
    }
  }

  // Streams stand in the order in which they are due; each goes to the end after its chunk.
  private void tick() {
    ticks++;
    for (Stream next = streams.peek(); next != null && next.due <= ticks; next = streams.peek()) {
      streams.remove();
      if (!next.channel.isActive()) {
        continue;
      }
      ByteBuf out = next.channel.alloc().directBuffer(512);
      if (next.left-- > 0) {
        out.writeBytes(before);
        time(out, System.nanoTime());
        out.writeBytes(behind);
        next.due += TICKS_PER_CHUNK;
        streams.add(next);
      } else {
        out.writeBytes(finish);
        if (next.asksForUsage) {
          out.writeBytes(usage);
        }
        out.writeBytes(done).writeBytes(endOfBody);
      }
      next.channel.writeAndFlush(out, next.channel.voidPromise());
    }
  }

  private static void time(ByteBuf out, long nanos) {
    int at = out.writerIndex();
    out.writerIndex(at + 19);
    long rest = nanos;
    for (int i = 18; i >= 0; i--) {
      out.setByte(at + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Requests extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int end = Bytes.indexOf(in, END_OF_HEAD, in.readerIndex(), in.writerIndex());
      if (end < 0) {
        return;
      }
      int body = end + END_OF_HEAD.length;
      int next = body + Bytes.contentLength(in, in.readerIndex(), end);
      if (next > in.writerIndex()) {
        return;
      }
      if (Bytes.indexOf(in, STREAM, body, next) >= 0) {
        begin(ctx.channel(), Bytes.indexOf(in, ASKS_FOR_USAGE, body, next) >= 0);
      } else {
        ctx.write(answer.duplicate(), ctx.voidPromise());
      }
      in.readerIndex(next);
    }

    private void begin(Channel channel, boolean asksForUsage) {
      channel.write(Unpooled.wrappedBuffer(streamHead), channel.voidPromise());
      streams.add(new Stream(channel, asksForUsage, chunksOfStream, ticks + TICKS_PER_CHUNK));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
      ctx.flush();
      super.channelReadComplete(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Searches in what has come, without making objects of it. */
  static final class Bytes {
    private static final byte[] CONTENT_LENGTH = bytes("content-length:");

    private Bytes() {}

    static int indexOf(ByteBuf in, byte[] wanted, int from, int to) {
      int last = to - wanted.length;
      for (int i = from; i <= last; i++) {
        i = in.indexOf(i, last + 1, wanted[0]);
        if (i < 0) {
          return -1;
        }
        int k = 1;
        while (k < wanted.length && in.getByte(i + k) == wanted[k]) {
          k++;
        }
        if (k == wanted.length) {
          return i;
        }
      }
      return -1;
    }

    /** The length that a head tells; 0 where it tells none. */
    static int contentLength(ByteBuf in, int from, int to) {
      int line = in.indexOf(from, to, (byte) '\n');
      while (line >= 0 && line + CONTENT_LENGTH.length < to) {
        int k = 0;
        while (k < CONTENT_LENGTH.length
            && (in.getByte(line + 1 + k) | 0x20) == (CONTENT_LENGTH[k] | 0x20)) {
          k++;
        }
        if (k == CONTENT_LENGTH.length) {
          return number(in, line + 1 + k);
        }
        line = in.indexOf(line + 1, to, (byte) '\n');
      }
      return 0;
    }

    private static int number(ByteBuf in, int from) {
      int at = from;
      while (in.getByte(at) == ' ') {
        at++;
      }
      int number = 0;
      for (; in.getByte(at) >= '0' && in.getByte(at) <= '9'; at++) {
        number = 10 * number + in.getByte(at) - '0';
      }
      return number;
    }
  }
}
