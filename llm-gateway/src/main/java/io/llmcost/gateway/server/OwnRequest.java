package io.llmcost.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request that the gateway answers itself, read to its end.
 *
 * @param method HTTP method
 * @param path without the query
 * @param headers of the request
 * @param body whole
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OwnRequest(String method, String path, HttpHeaders headers, byte[] body) {}
