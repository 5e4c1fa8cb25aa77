/** Child processes that outlive no parent, their ports and their logs. */
@NullMarked
package io.llmcost.localstack.process;

import org.jspecify.annotations.NullMarked;
