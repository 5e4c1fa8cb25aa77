package io.llmcost.reporting.answer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A table as CSV by RFC 4180: CRLF, quotes only where needed, an absent value is empty. */
public final class Csv {

  /** The media type. */
  public static final String MEDIA_TYPE = "text/csv";

  private final List<List<@Nullable String>> lines = new ArrayList<>();

  /** Begins a table with the line of its column names. */
  public Csv(List<String> header) {
    lines.add(new ArrayList<>(header));
  }

  /** Adds a line, in the order of the header. */
  public void add(List<? extends @Nullable String> line) {
    if (line.size() != lines.getFirst().size()) {
      throw new IllegalArgumentException("a line of " + line.size() + " fields fits no header");
    }
    lines.add(new ArrayList<>(line));
  }

  /** Writes the table as the answer, with a link to the next page where there is one. */
  public void answer(
      HttpServletRequest request, HttpServletResponse response, Optional<String> nextPage)
      throws IOException {
    response.setContentType(MEDIA_TYPE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    nextPage.ifPresent(
        token -> response.setHeader(HttpHeaders.LINK, Call.linkToNext(request, token)));
    write(response.getWriter());
  }

  void write(Writer out) throws IOException {
    for (List<@Nullable String> line : lines) {
      String separator = "";
      for (String field : line) {
        out.write(separator);
        out.write(quoted(field));
        separator = ",";
      }
      out.write("\r\n");
    }
  }

  private static String quoted(@Nullable String field) {
    if (field == null) {
      return "";
    }
    boolean plain =
        field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')
            && field.strip().length() == field.length();
    return plain ? field : "\"" + field.replace("\"", "\"\"") + "\"";
  }
}
