/** Whether the ledger's own equations hold while it runs. */
@NullMarked
package io.llmcost.recorder.check;

import org.jspecify.annotations.NullMarked;
