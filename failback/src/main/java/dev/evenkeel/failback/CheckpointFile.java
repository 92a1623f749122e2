package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that is whole at any moment: a new content is written beside it, forced to the disk, and
 * takes its place in one step. Whoever is killed meanwhile leaves the old one, and a file beside it
 * that is removed later. One thread at a time.
 */
final class CheckpointFile {

  /** More than 10,000 dependencies need. */
  private static final int MOST_BYTES = 4 << 20;

  private static final String SUFFIX = ".tmp";

  /** What lies beside for longer, by the file system's clock, was left by a process that died. */
  private static final long LEFT_BEHIND_MILLIS = TimeUnit.MINUTES.toMillis(10);

  private final Path path;
  private final Path directory;
  private boolean tidied;

  CheckpointFile(Path path) {
    this.path = path.toAbsolutePath();
    directory = Checks.notNull("directory", this.path.getParent()); // that of a file there is
  }

  /** What is in it; null if there is no such file. */
  byte @Nullable [] read() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("is no checkpoint: it has more than 4 MB");
      }
      return bytes;
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  void write(byte[] bytes) throws IOException {
    String name = path.getFileName() + ".";
    Path beside = Files.createTempFile(directory, name, SUFFIX);
    try {
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      if (!tidied) {
        tidied = true;
        removeLeftBehind(name, Files.getLastModifiedTime(beside));
      }
      move(beside);
    } catch (Throwable failed) {
      Files.deleteIfExists(beside);
      throw failed;
    }
    forceDirectory();
  }

  private void move(Path beside) throws IOException {
    try {
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException notThere) {
      Files.move(beside, path, StandardCopyOption.REPLACE_EXISTING); // the checksum tells the rest
    }
  }

  /** So that the new name lasts too; not every system can. */
  private void forceDirectory() {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException cannot) {
      // then an older checkpoint may be there after a power cut
    }
  }

  private void removeLeftBehind(String name, FileTime now) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(
        directory,
        file -> file.getFileName().toString().startsWith(name)
            && file.getFileName().toString().endsWith(SUFFIX))) {
      for (Path file : files) {
        long age = now.toMillis() - Files.getLastModifiedTime(file).toMillis();
        if (age > LEFT_BEHIND_MILLIS) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | RuntimeException cannot) {
      // they do no harm
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
