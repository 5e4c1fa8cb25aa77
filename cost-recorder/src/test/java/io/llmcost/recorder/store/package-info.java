@NullMarked
package io.llmcost.recorder.store;

import org.jspecify.annotations.NullMarked;
