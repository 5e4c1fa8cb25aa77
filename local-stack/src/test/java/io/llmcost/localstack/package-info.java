@NullMarked
package io.llmcost.localstack;

import org.jspecify.annotations.NullMarked;
