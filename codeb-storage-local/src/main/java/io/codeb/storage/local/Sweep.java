package io.codeb.storage.local;

import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds temporary files that nobody has written to for long, and removes them with the folders they leave empty. */
final class Sweep extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Directories directories;
    private final Instant before;
    private final List<String> removed = new ArrayList<>();

    Sweep(Path root, Directories directories, Instant before) {
        this.root = root;
        this.directories = directories;
        this.before = before;
    }

    List<String> run() throws IOException {
        Files.walkFileTree(root, this);
        return List.copyOf(removed);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return folder.equals(root) || ObjectKey.isValid(folder.getFileName().toString())
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        // Writing moves the time on, so that a live upload is as young as its last write.
        if (attributes.isRegularFile()
                && file.getFileName().toString().startsWith(LocalStorage.TEMPORARY_PREFIX)
                && !attributes.lastModifiedTime().toInstant().isAfter(before)
                && Files.deleteIfExists(file)) {
            removed.add(root.relativize(file).toString());
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
        if (e != null) {
            return visitFileFailed(folder, e);
        }
        directories.removeEmpty(folder);
        return FileVisitResult.CONTINUE;
    }
}
