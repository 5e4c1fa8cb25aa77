import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints the lines covered by tests in this build, by module, from JaCoCo's CSV report. */
final class Coverage {
  public static void main(String[] args) throws Exception {
    Map<String, long[]> modules = new LinkedHashMap<>();
    long[] all = modules.computeIfAbsent("all", name -> new long[2]);
    var rows = Files.readAllLines(Path.of(args[0]));
    for (String row : rows.subList(1, rows.size())) {
      String[] cell = row.split(",");
      String module = cell[0].substring(cell[0].lastIndexOf('/') + 1);
      long[] lines = modules.computeIfAbsent(module, name -> new long[2]);
      for (long[] sum : new long[][] {lines, all}) {
        sum[0] += Long.parseLong(cell[8]);
        sum[1] += Long.parseLong(cell[7]) + Long.parseLong(cell[8]);
      }
    }
    System.out.println("Line coverage");
    modules.forEach(
        (name, lines) ->
            System.out.printf(
                "  %-18s %5.1f %%  (%d of %d lines)%n",
                name, 100.0 * lines[0] / Math.max(1, lines[1]), lines[0], lines[1]));
  }
}
