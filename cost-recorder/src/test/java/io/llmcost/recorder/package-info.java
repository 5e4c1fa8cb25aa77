@NullMarked
package io.llmcost.recorder;

import org.jspecify.annotations.NullMarked;
