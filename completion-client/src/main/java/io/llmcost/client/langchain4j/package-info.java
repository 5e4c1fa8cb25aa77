/** Records the calls that LangChain4j's chat models make. Optional, as LangChain4j is. */
@NullMarked
package io.llmcost.client.langchain4j;

import org.jspecify.annotations.NullMarked;
