/** Where a stack's services are, and how to call them. */
@NullMarked
package io.llmcost.cli.endpoint;

import org.jspecify.annotations.NullMarked;
