/** What the answers of every report share: amounts, CSV, problems and how a call is read. */
@NullMarked
package io.llmcost.reporting.answer;

import org.jspecify.annotations.NullMarked;
