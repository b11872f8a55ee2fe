package io.codeb.deploy.internal.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that is there as long as somebody works in it. It is locked as long; whoever makes the next one removes
 * those whose process has died.
 *
 * <p>Who removes one has its lock meanwhile. Who makes one may find it removed before it was locked, and makes another.
 */
final class Scratch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PREFIX = "codeb-source-";
    private static final String LOCK = "lock";
    private static final int TRIES = 100;
    private static final Duration PAUSE = Duration.ofMillis(10);

    /**
     * Those of this process. Their locks are not tried: a process that closes a file gives up all that it has locked of
     * it, through whatever channel.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel lock;

    private Scratch(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Makes one.
     *
     * @param parent where
     * @return nobody else's, and nobody else may read it
     */
    static Scratch in(Path parent) throws IOException {
        Path real = parent.toRealPath();
        removeDead(real);
        for (int i = 0; i < TRIES; i++) {
            Scratch made = make(real);
            if (made.takeLock()) {
                return made;
            }
            made.close();
        }
        throw new IOException("no directory in " + parent + " can be locked");
    }

    private static Scratch make(Path parent) throws IOException {
        Path directory = Files.createTempDirectory(parent, PREFIX);
        OWN.add(directory);
        try {
            Path file = directory.resolve(LOCK);
            return new Scratch(
                    directory, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            remove(directory);
            OWN.remove(directory);
            throw e;
        }
    }

    /** Waits for its lock; false when somebody has removed it meanwhile, who has taken it for dead. */
    private boolean takeLock() throws IOException {
        try {
            FileLock held = lock.lock();
            return held.isValid() && Files.exists(directory.resolve(LOCK));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    /** How many bytes are in it now. */
    long size() {
        long[] size = new long[1];
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    size[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return size[0];
    }

    private static void removeDead(Path parent) {
        try (Stream<Path> others = Files.list(parent)) {
            others.filter(other -> other.getFileName().toString().startsWith(PREFIX))
                    .filter(other -> !OWN.contains(other))
                    .forEach(Scratch::removeIfDead);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("what dead processes have left in {} cannot be looked for", parent, e);
        }
    }

    /** Removes it if its lock is there, and nobody has it. One without a lock may be just being made. */
    private static void removeIfDead(Path directory) {
        Path file = directory.resolve(LOCK);
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                remove(directory);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("{} is another user's, or gone", directory, e);
        }
    }

    /** Removes a directory, in which JGit may be trying how exact times are, in a thread of its own. */
    private static void remove(Path directory) {
        IOException failure = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                removeOnce(directory);
                return;
            } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                failure = e;
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (IOException e) {
                failure = e;
                break;
            }
        }
        LOG.warn("{} could not be removed: {}", directory, String.valueOf(failure));
    }

    private static void removeOnce(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        // The lock goes last: whoever is killed meanwhile has left what the next one removes.
        Path lock = directory.resolve(LOCK);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(lock)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                if (visited.equals(directory)) {
                    Files.deleteIfExists(lock);
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() {
        remove(directory);
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("the lock of {} could not be closed", directory, e);
        }
        OWN.remove(directory);
    }
}
