@NullMarked
package io.llmcost.recorder.check;

import org.jspecify.annotations.NullMarked;
