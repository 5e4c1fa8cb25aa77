/** The past priced anew: {@code prices reprice} and {@code correct}. */
@NullMarked
package io.llmcost.cli.repricing;

import org.jspecify.annotations.NullMarked;
