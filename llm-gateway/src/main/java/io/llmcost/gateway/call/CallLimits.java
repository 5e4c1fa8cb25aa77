package io.llmcost.gateway.call;

/**
 * What one call may take.
 *
 * @param bufferedBodyBytes largest body of a request that is read to its end before it is sent
 * @param passedBodyBytes largest body of a request that passes as it comes
 * @param firstByteNanos from the request sent to the answer's head
 * @param pauseNanos between two parts of an answer, and for a caller who takes nothing
 * @param totalNanos from the request's arrival to the answer's end
 * @param drainNanos how long an answer is read on when its caller has left
 * @param drainBytes how much of it
 * @param serveUntracked whether calls go on when the journal is full
 */
public record CallLimits(
    int bufferedBodyBytes,
    long passedBodyBytes,
    long firstByteNanos,
    long pauseNanos,
    long totalNanos,
    long drainNanos,
    long drainBytes,
    boolean serveUntracked) {}
