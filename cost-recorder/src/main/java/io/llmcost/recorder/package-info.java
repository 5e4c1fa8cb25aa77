/** The recorder's process: settings, wiring and the entry point. */
@NullMarked
package io.llmcost.recorder;

import org.jspecify.annotations.NullMarked;
