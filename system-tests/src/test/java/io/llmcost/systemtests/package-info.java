/** The whole system as its users see it: the command line, the gateway's port, the reports. */
@NullMarked
package io.llmcost.systemtests;

import org.jspecify.annotations.NullMarked;
