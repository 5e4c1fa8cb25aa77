/**
 * Reads price lists, ours and others', into drafts in the price book's own terms. Pure Java; checks
 * nothing that the book checks.
 */
@NullMarked
package io.llmcost.calculator.pricelist;

import org.jspecify.annotations.NullMarked;
