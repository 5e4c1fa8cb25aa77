/** Work that goes on beside the consumers, one thread for each piece. */
@NullMarked
package io.llmcost.recorder.background;

import org.jspecify.annotations.NullMarked;
