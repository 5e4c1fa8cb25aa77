@NullMarked
package io.llmcost.localstack.process;

import org.jspecify.annotations.NullMarked;
