/**
 * The past priced anew: repricings by selection and corrections event by event, each examined
 * first, then sent as target costings to {@code llm.request.costed}, where the ledger adds the
 * difference.
 */
@NullMarked
package io.llmcost.calculator.repricing;

import org.jspecify.annotations.NullMarked;
