/** A Spring Boot application's client: settings in, beans out. Nothing else here needs Spring. */
@NullMarked
package io.llmcost.client.autoconfigure;

import org.jspecify.annotations.NullMarked;
