package io.llmcost.localstack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A step of the build: takes the archive out of the binaries' jar (first argument) into a directory
 * (second), keeping links and execute bits; does nothing where that jar was unpacked before.
 */
final class UnpackPostgres {
  private UnpackPostgres() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path directory = Path.of(args[1]);
    Path done = directory.resolve(jar.getFileName() + ".unpacked");
    if (Files.exists(done)) {
      return;
    }
    Path unfinished = directory.resolveSibling("postgres.new");
    Trees.delete(unfinished);
    Trees.delete(directory);
    Files.createDirectories(unfinished);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      unpack(zip, archiveIn(zip), unfinished);
    }
    Files.createFile(unfinished.resolve(done.getFileName()));
    Files.move(unfinished, directory);
  }

  private static ZipEntry archiveIn(ZipFile jar) {
    return jar.stream()
        .filter(entry -> entry.getName().endsWith(".txz"))
        .map(ZipEntry.class::cast)
        .findFirst()
        .orElseThrow(() -> new StackException("no .txz in " + jar.getName()));
  }

  private static void unpack(ZipFile jar, ZipEntry archive, Path target) throws IOException {
    try (InputStream packed = jar.getInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        write(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      boolean program = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
