package io.llmcost.cli.up;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The content of stack.json, which tells programs where all is while a stack runs. */
final class StackJson {
  static final String NAME = "stack.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private StackJson() {}

  static String of(StackPlan plan, Map<String, Long> pids) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("gateway", plan.service(ServiceKind.GATEWAY).url().toString());
    content.put("gateway_keys", plan.gatewayKeys().path().toString());
    content.put("calculator", plan.service(ServiceKind.CALCULATOR).url().toString());
    content.put("recorder", plan.service(ServiceKind.RECORDER).url().toString());
    content.put("reporting", plan.service(ServiceKind.REPORTING).url().toString());
    content.put("kafka", plan.broker().bootstrapServers());
    content.put("schema_registry", plan.registry().url());
    content.put("postgres", plan.ledgerUrl());
    content.put("tokens", plan.tokens());
    content.put("processes", pids);
    return JSON.writeValueAsString(content) + "\n";
  }
}
