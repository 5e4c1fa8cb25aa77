/** Records the calls that Spring AI's models make. Optional, as Spring AI is. */
@NullMarked
package io.llmcost.client.springai;

import org.jspecify.annotations.NullMarked;
