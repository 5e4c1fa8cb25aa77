/** Spans of OpenTelemetry's GenAI conventions, over OTLP/HTTP, as events. */
@NullMarked
package io.llmcost.gateway.otlp;

import org.jspecify.annotations.NullMarked;
