package io.codeb.storage.local;

import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The folders of a storage: made when an object needs them, removed with the last one, durable before an object in them
 * is. Below the root no symbolic link is followed.
 */
final class Directories {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final Failures failures;

    Directories(Path root, Failures failures) {
        this.root = root;
        this.failures = failures;
    }

    /**
     * Answers where a key's folder is, whether or not it exists.
     *
     * @throws io.codeb.error.StorageException when it or a folder on the way is a symbolic link
     */
    Path folderOf(ObjectKey key) {
        int slash = key.value().lastIndexOf('/');
        return folderOf(slash < 0 ? "" : key.value().substring(0, slash));
    }

    /**
     * Answers where the folder of a prefix is, whether or not it exists.
     *
     * @param prefix valid segments; empty for the root
     * @throws io.codeb.error.StorageException when it or a folder on the way is a symbolic link
     */
    Path folderOf(String prefix) {
        Path folder = root.resolve(prefix);
        for (Path at : fromRootTo(folder)) {
            if (!at.equals(root) && Files.isSymbolicLink(at)) {
                throw failures.inTheWay(prefix, at, "a symbolic link");
            }
        }
        return folder;
    }

    /** Makes the folder of a key's file, and the root, where they are missing. */
    Path makeFolderOf(ObjectKey key) throws IOException {
        makeRoot();
        Path folder = folderOf(key);
        for (Path at : fromRootTo(folder)) {
            if (!Files.isDirectory(at) && !make(at)) {
                throw failures.inTheWay(key.value(), at, "not a folder");
            }
        }
        return folder;
    }

    private void makeRoot() throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = root; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path at : missing) {
            if (!make(at)) {
                throw new NotDirectoryException(at.toString());
            }
            syncAbove(at);
        }
    }

    /**
     * Makes a folder unless another thread has just done so.
     *
     * @return false when something else has its name
     * @throws NoSuchFileException when another thread has made it, and one has removed it again
     */
    private static boolean make(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, OWNER_ONLY);
            return true;
        } catch (FileAlreadyExistsException e) {
            return Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isDirectory();
        }
    }

    /** Makes a folder's content durable, and every folder's above it up to the root. */
    void syncUpToRoot(Path folder) throws IOException {
        for (Path at : upToRootFrom(folder)) {
            try {
                sync(at);
            } catch (NoSuchFileException e) {
                // Another thread has removed the empty folder: the one above makes that durable.
            }
        }
    }

    private static void syncAbove(Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && Files.isReadable(above)) {
            sync(above);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes a folder when it is empty, then the one above it, but never the root. */
    void removeEmpty(Path folder) {
        try {
            for (Path at : upToRootFrom(folder)) {
                if (!at.equals(root)) {
                    Files.deleteIfExists(at);
                }
            }
        } catch (DirectoryNotEmptyException e) {
            // It holds other objects, or another upload has begun in it.
        } catch (IOException e) {
            // An empty folder is not listed and harms nobody.
        }
    }

    private List<Path> upToRootFrom(Path folder) {
        List<Path> folders = fromRootTo(folder);
        Collections.reverse(folders);
        return folders;
    }

    private List<Path> fromRootTo(Path folder) {
        List<Path> folders = new ArrayList<>();
        folders.add(root);
        if (!folder.equals(root)) {
            Path at = root;
            for (Path segment : root.relativize(folder)) {
                at = at.resolve(segment);
                folders.add(at);
            }
        }
        return folders;
    }
}
