package io.llmcost.cli.report;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A cost report as one page object of the reporting API, with the range's totals in it. */
final class ReportJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReportJson() {}

  static String render(CostReport report) {
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("object", "page");
    page.set("data", report.buckets());
    page.put("has_more", false).putNull("next_page");
    page.set("totals", report.totals());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(page) + "\n";
  }
}
