package io.llmcost.gateway.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Hears the answer to one request, on the connection's event loop: head, parts, and either the last
 * part or {@link #answerLost}.
 */
public interface UpstreamListener {

  /** The answer's final head; interim (1xx) heads are not passed on. */
  void answerHead(HttpResponse head);

  /** A part of the body, the last one being a LastHttpContent; the listener releases it. */
  void answerPart(HttpContent part);

  /** All that has been received for now was passed on. */
  void answerPaused();

  /** The connection takes more of the request again, or for now no more. */
  void requestWritable(boolean writable);

  /** The connection ended before the answer did; nothing more comes. */
  void answerLost(@Nullable Throwable cause);
}
