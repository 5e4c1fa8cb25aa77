/** Every refusal as an RFC 9457 problem that names the field and the remedy. */
@NullMarked
package io.llmcost.chassis.problem;

import org.jspecify.annotations.NullMarked;
