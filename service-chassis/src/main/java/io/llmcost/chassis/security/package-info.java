/** Who may do what: bearer tokens, roles, and the filter chain of the services over Spring MVC. */
@NullMarked
package io.llmcost.chassis.security;

import org.jspecify.annotations.NullMarked;
