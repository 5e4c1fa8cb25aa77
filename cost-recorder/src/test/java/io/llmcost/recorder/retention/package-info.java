@NullMarked
package io.llmcost.recorder.retention;

import org.jspecify.annotations.NullMarked;
