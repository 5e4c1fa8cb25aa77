import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Runs google-java-format over every Java source of the tree: {@code check JAR} fails on the first
 * build that would change a file and names it, {@code replace JAR} changes it.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", ".git", ".llmcost", "node_modules");

  public static void main(String[] args) throws Exception {
    boolean check = args[0].equals("check");
    List<String> sources = sources(Path.of(""));
    Path list = Files.createTempFile("sources", ".txt");
    Files.write(list, sources);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String name : List.of("api", "code", "file", "main", "parser", "tree", "util", "comp")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-jar", args[1]));
    command.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    command.add("@" + list);
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    Files.delete(list);
    if (exit != 0) {
      System.err.println(
          check
              ? "The files above are not in the project's format; rewrite them with: mvn -N"
                  + " -Pformat process-sources"
              : "google-java-format ended with " + exit);
    }
    System.exit(exit);
  }

  private static List<String> sources(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        root.toAbsolutePath(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return SKIPPED.contains(dir.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(new File("").toPath().toAbsolutePath().relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
