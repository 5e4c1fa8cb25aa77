@NullMarked
package io.llmcost.recorder.ledger;

import org.jspecify.annotations.NullMarked;
