package io.llmcost.gateway.otlp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the two forms of OTLP/HTTP. Stateless. */
interface TraceFormat {

  /** Returns the content type, of requests and answers. */
  String contentType();

  /**
   * Reads an ExportTraceServiceRequest.
   *
   * @throws IllegalArgumentException it is none
   */
  List<Span> read(byte[] body);

  /**
   * Writes an ExportTraceServiceResponse.
   *
   * @param rejected spans that are wrong and no event
   * @param message why; null where none is
   */
  byte[] success(long rejected, @Nullable String message);

  /** Writes a google.rpc.Status, as failures are told. */
  byte[] failure(int grpcCode, String message);
}
