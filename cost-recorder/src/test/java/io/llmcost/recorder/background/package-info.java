@NullMarked
package io.llmcost.recorder.background;

import org.jspecify.annotations.NullMarked;
