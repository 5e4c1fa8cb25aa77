package io.llmcost.reporting.plan;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a report's page token says: the end of the whole report, and where the page begins. */
record PageStart(Instant end, ReportQuery.Position position) {

  private static final int HEAD = 3;

  static PageToken token(long query, Instant end, ReportQuery.Position position) {
    List<String> fields = new ArrayList<>();
    fields.add(end.toString());
    fields.add(Integer.toString(position.bucket()));
    position.after().ifPresent(fields::addAll);
    return new PageToken(query, fields);
  }

  static PageStart read(PageToken token, List<GroupKey> groupBy) {
    List<String> fields = token.fields();
    int withGroup = HEAD + groupBy.size(); // The group's last value is its currency.
    if (fields.size() != HEAD - 1 && fields.size() != withGroup) {
      throw PageToken.invalid("is no page of this report");
    }
    try {
      int bucket = Integer.parseInt(fields.get(1));
      List<String> after = fields.subList(HEAD - 1, fields.size());
      return new PageStart(
          Instant.parse(fields.getFirst()),
          new ReportQuery.Position(
              bucket, after.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(after))));
    } catch (DateTimeException | NumberFormatException e) {
      throw PageToken.invalid("is no page of this report");
    }
  }
}
