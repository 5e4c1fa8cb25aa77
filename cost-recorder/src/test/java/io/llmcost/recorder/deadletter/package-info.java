@NullMarked
package io.llmcost.recorder.deadletter;

import org.jspecify.annotations.NullMarked;
