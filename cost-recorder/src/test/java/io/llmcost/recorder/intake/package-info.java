@NullMarked
package io.llmcost.recorder.intake;

import org.jspecify.annotations.NullMarked;
