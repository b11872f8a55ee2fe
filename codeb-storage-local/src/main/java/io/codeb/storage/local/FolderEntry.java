package io.codeb.storage.local;

import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A folder or an object in a folder of a storage.
 *
 * @param key the object's key, or what the keys of all objects in the folder start with
 * @param path where it is
 * @param attributes what it was when the folder was read
 */
record FolderEntry(String key, Path path, BasicFileAttributes attributes) {
    /** Everything in a folder starts with the folder's name and a slash, and has its place by that. */
    private static final Comparator<FolderEntry> BY_KEY =
            Comparator.comparing(entry -> entry.isFolder() ? entry.key + "/" : entry.key);

    boolean isFolder() {
        return attributes.isDirectory();
    }

    /**
     * Reads a folder. Temporary files, symbolic links, devices, and whatever has a name that no key can have are passed
     * over.
     *
     * @param prefix the folder's own key; empty for the root
     * @return in the order of the keys; empty when there is no such folder
     */
    static List<FolderEntry> in(Path folder, String prefix, Failures failures) {
        List<FolderEntry> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            for (Path path : paths) {
                String key = (prefix.isEmpty() ? "" : prefix + "/") + path.getFileName();
                if (ObjectKey.isValid(key)) {
                    addExisting(entries, key, path);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw failures.of("list", Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failures.of("list", e);
        }
        entries.sort(BY_KEY);
        return entries;
    }

    private static void addExisting(List<FolderEntry> entries, String key, Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory() || attributes.isRegularFile()) {
                entries.add(new FolderEntry(key, path, attributes));
            }
        } catch (NoSuchFileException e) {
            // It was deleted since the folder's names were read.
        }
    }
}
