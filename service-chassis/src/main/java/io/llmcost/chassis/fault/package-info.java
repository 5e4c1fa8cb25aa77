/** Where unexpected errors go: to the log, and by setting to a webhook. */
@NullMarked
package io.llmcost.chassis.fault;

import org.jspecify.annotations.NullMarked;
