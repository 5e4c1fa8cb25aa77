package io.llmcost.reporting.answer;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads what a call asks from its query string, and says where its next page is. */
public final class Call {

  private Call() {}

  /** Returns every parameter with its values, as given. */
  public static Map<String, List<String>> parameters(HttpServletRequest request) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    request.getParameterMap().forEach((name, values) -> parameters.put(name, List.of(values)));
    return parameters;
  }

  /** Returns the {@code Link} header of the page that begins at {@code token}. */
  public static String linkToNext(HttpServletRequest request, String token) {
    String query = request.getQueryString() == null ? "" : request.getQueryString();
    String others =
        Arrays.stream(query.split("&"))
            .filter(part -> !part.isEmpty() && !part.equals("page") && !part.startsWith("page="))
            .map(part -> part + "&")
            .collect(Collectors.joining());
    return "<" + request.getRequestURI() + "?" + others + "page=" + token + ">; rel=\"next\"";
  }
}
