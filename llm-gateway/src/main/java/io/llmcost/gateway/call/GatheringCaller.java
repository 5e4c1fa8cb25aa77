package io.llmcost.gateway.call;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.server.Caller;
import io.llmcost.gateway.server.Loop;
import io.llmcost.gateway.server.OwnAnswer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes an answer in the place of a caller who wants another form of it. On one event loop. */
final class GatheringCaller implements Caller {
  /** Most of an answer; a chat's is far below. */
  private static final int MAX_BYTES = 16 << 20;

  private final Loop loop;
  private final BiConsumer<HttpResponse, byte[]> answered;
  private final Consumer<OwnAnswer> responded;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable HttpResponse head;
  private boolean tooLarge;

  /**
   * Gathers for an exchange.
   *
   * @param answered gets a whole answer
   * @param responded gets an answer of the gateway's own
   */
  GatheringCaller(
      Loop loop, BiConsumer<HttpResponse, byte[]> answered, Consumer<OwnAnswer> responded) {
    this.loop = loop;
    this.answered = answered;
    this.responded = responded;
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public boolean isOldVersion() {
    return false;
  }

  @Override
  public void sendContinue() {}

  @Override
  public void setReading(boolean reading) {}

  @Override
  public void describe(HttpResponse response, boolean lengthKnown) {}

  @Override
  public void write(HttpObject part) {
    if (part instanceof HttpResponse response) {
      head = response;
    }
    if (part instanceof HttpContent content) {
      try {
        int length = content.content().readableBytes();
        tooLarge |= body.size() + length > MAX_BYTES;
        if (!tooLarge) {
          byte[] bytes = new byte[length];
          content.content().getBytes(content.content().readerIndex(), bytes);
          body.writeBytes(bytes);
        }
      } finally {
        content.release();
      }
    }
  }

  @Override
  public void flush() {}

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void answered() {
    HttpResponse response = head;
    if (response == null || tooLarge) {
      respond(broken("Answer too large", "The provider's answer is larger than " + MAX_BYTES));
    } else {
      answered.accept(response, body.toByteArray());
    }
  }

  @Override
  public void respond(OwnAnswer answer) {
    responded.accept(answer);
  }

  /** Nothing was sent yet: the caller can be told. */
  @Override
  public void abort(boolean reset) {
    respond(broken("Answer cut", "The provider's answer broke off, or could not be recorded."));
  }

  private OwnAnswer broken(String title, String detail) {
    HttpResponse response = head;
    String eventId = response == null ? null : response.headers().get(CallRecord.EVENT_ID);
    return OwnAnswer.problem(
        Problem.of(502, title, detail),
        eventId == null ? Map.of() : Map.of(CallRecord.EVENT_ID, eventId));
  }
}
