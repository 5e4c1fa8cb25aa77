package io.llmcost.cli.demo;

import io.llmcost.cli.report.CostReport;
import io.llmcost.cli.simulator.Answer;
import io.llmcost.schemas.Meters;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The two sides that must be equal: what the provider answered, and what the report says. */
final class Bills {
  private Bills() {}

  static Bill sent(List<Answer> answers, PriceSheet prices) {
    SortedMap<Bill.Key, Bill.Sums> lines = new TreeMap<>();
    for (Answer answer : answers) {
      String model = answer.model() != null ? answer.model() : answer.modelRequested();
      long prompt = 0;
      long completion = 0;
      for (var used : answer.quantities().entrySet()) {
        prompt += Meters.isPrompt(used.getKey()) ? used.getValue() : 0;
        completion += Meters.isCompletion(used.getKey()) ? used.getValue() : 0;
      }
      lines.merge(
          new Bill.Key(answer.provider(), model),
          new Bill.Sums(
              1,
              prompt,
              completion,
              prices.cost(answer.provider(), answer.modelRequested(), answer.quantities())),
          Bill.Sums::plus);
    }
    return new Bill(lines);
  }

  /**
   * @param report grouped by provider and model
   */
  static Bill reported(CostReport report) {
    SortedMap<Bill.Key, Bill.Sums> lines = new TreeMap<>();
    for (CostReport.Line line : report.lines()) {
      lines.merge(
          new Bill.Key(String.valueOf(line.groups().get(0)), String.valueOf(line.groups().get(1))),
          new Bill.Sums(
              line.requests(), line.promptTokens(), line.completionTokens(), line.amount()),
          Bill.Sums::plus);
    }
    return new Bill(lines);
  }
}
