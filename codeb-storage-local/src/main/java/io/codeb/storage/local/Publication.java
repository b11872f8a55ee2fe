package io.codeb.storage.local;

import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The moment at which a complete temporary file becomes an object.
 *
 * <p>{@link WriteMode#REPLACE} is a rename. {@link WriteMode#CREATE} is a hard link to the new name, which the system
 * makes for exactly one of several callers, and then the old name's removal. A file system without hard links (FAT,
 * some network and FUSE file systems) takes a lock on one file of the storage instead, looks whether the name is free,
 * and renames; the system drops the lock of a process that dies.
 */
final class Publication {
    /** Starts with a dot, so that it can never be an object's, and is no temporary file's either. */
    static final String LOCK_NAME = ".create-lock";

    /** The system's lock is the process's, and goes when any of its channels on the file is closed. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path root;
    private final HardLinks links;

    Publication(Path root, HardLinks links) {
        this.root = root;
        this.links = links;
    }

    /**
     * Gives a complete file its name.
     *
     * @throws FileAlreadyExistsException in mode {@link WriteMode#CREATE} when the name is taken
     */
    void publish(Path complete, Path name, WriteMode mode) throws IOException {
        if (mode == WriteMode.REPLACE) {
            Files.move(complete, name, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try {
            links.create(name, complete);
        } catch (UnsupportedOperationException e) {
            renameUnderLock(complete, name);
            return;
        } catch (FileSystemException e) {
            if (!meansNoHardLinks(e)) {
                throw e;
            }
            renameUnderLock(complete, name);
            return;
        }
        Files.deleteIfExists(complete);
    }

    private static boolean meansNoHardLinks(FileSystemException e) {
        String reason = String.valueOf(e.getReason());
        return reason.contains("Operation not permitted")
                || reason.contains("Operation not supported")
                || reason.contains("Function not implemented");
    }

    private void renameUnderLock(Path complete, Path name) throws IOException {
        IN_THIS_PROCESS.lock();
        try (FileChannel channel = openLockFile()) {
            channel.lock();
            if (Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(name.toString());
            }
            Files.move(complete, name, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    private FileChannel openLockFile() throws IOException {
        return FileChannel.open(
                root.resolve(LOCK_NAME),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** How a hard link is made. */
    @FunctionalInterface
    interface HardLinks {
        void create(Path link, Path existing) throws IOException;
    }
}
