/**
 * Dead letters sent again to where they came from: selected, tried, sent, and followed to their
 * end.
 */
@NullMarked
package io.llmcost.recorder.replay;

import org.jspecify.annotations.NullMarked;
