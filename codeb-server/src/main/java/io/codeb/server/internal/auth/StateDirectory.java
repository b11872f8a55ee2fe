package io.codeb.server.internal.auth;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A directory of a server's own: what is written there is there whole or not at all, and for its owner alone. Its files
 * are changed by one thread of one process at a time, of those that come by {@link #exclusively}.
 */
public final class StateDirectory {
    private static final FileAttribute<Set<PosixFilePermission>> OWN_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWN_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** File locks hold out other processes; of this one, this does. */
    private static final Object HERE = new Object();

    private final Path directory;

    /**
     * Opens it, and makes it where it is missing.
     *
     * @param directory where
     * @throws ConfigException when that fails, or others may read it
     */
    public StateDirectory(Path directory) {
        this.directory = directory;
        try {
            if (!Files.isDirectory(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(directory, OWN_DIRECTORY);
            }
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(directory))) {
                throw new ConfigException(
                        "others may use " + directory + ", which is to hold tokens' hashes",
                        "let it be its owner's alone: chmod 700 " + directory);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(directory + " is no directory", "name another one for the server's state");
        } catch (IOException e) {
            throw failed("made", e);
        }
    }

    private ConfigException failed(String what, IOException e) {
        return new ConfigException(
                directory + " cannot be " + what + ": " + e.getMessage(),
                "check what this process may do there, and whether its disk is full");
    }

    /**
     * A file in it.
     *
     * @param name of the file
     * @return where it is, or would be
     */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /**
     * Does something while nobody else does.
     *
     * @param <T> what comes of it
     * @param work what reads and writes files here
     * @return what came of it
     */
    public <T> T exclusively(Supplier<T> work) {
        synchronized (HERE) {
            try (FileChannel channel = FileChannel.open(
                    file("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWN_FILE)) {
                channel.lock(); // until it is closed
                return work.get();
            } catch (IOException e) {
                throw failed("locked", e);
            }
        }
    }

    /**
     * Tells one version of a file from another, without reading it.
     *
     * @param name of the file
     * @return changes with the file; empty where there is none
     */
    public Optional<String> version(String name) {
        try {
            BasicFileAttributes known = Files.readAttributes(file(name), BasicFileAttributes.class);
            return Optional.of(known.fileKey() + " " + known.lastModifiedTime() + " " + known.size());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /**
     * Reads a file.
     *
     * @param name of the file
     * @return its bytes; none where there is no such file
     */
    public byte[] read(String name) {
        try {
            return Files.exists(file(name)) ? Files.readAllBytes(file(name)) : new byte[0];
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /**
     * Writes a file, or replaces it.
     *
     * @param name of the file
     * @param content all of it
     */
    public void write(String name, byte[] content) {
        Path next = file("." + name + ".next");
        try {
            Files.deleteIfExists(next);
            try (FileChannel channel =
                    FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN_FILE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel renamed = FileChannel.open(directory, StandardOpenOption.READ)) {
                renamed.force(true);
            }
        } catch (IOException e) {
            throw failed("written", e);
        }
    }

    /**
     * Opens a file that grows.
     *
     * @param name of the file
     * @return at its end
     * @throws IOException when it cannot be opened
     */
    public FileChannel append(String name) throws IOException {
        return FileChannel.open(file(name), Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), OWN_FILE);
    }
}
