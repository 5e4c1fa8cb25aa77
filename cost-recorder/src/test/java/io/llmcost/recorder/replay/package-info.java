@NullMarked
package io.llmcost.recorder.replay;

import org.jspecify.annotations.NullMarked;
