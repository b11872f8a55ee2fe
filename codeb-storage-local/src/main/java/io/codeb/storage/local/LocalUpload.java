package io.codeb.storage.local;

import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A temporary file beside the place of its object. */
final class LocalUpload implements ByteSink {
    /** The channel copies what is on the heap into a buffer as large as the write, and keeps that for the thread. */
    static final int MAX_WRITE_BYTES = 1 << 20;

    private enum State {
        OPEN,
        COMMITTING,
        ENDED
    }

    private final LocalStorage storage;
    private final ObjectKey key;
    private final WriteMode mode;
    private final Path folder;
    private final Path temporary;
    private final FileChannel channel;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    LocalUpload(LocalStorage storage, ObjectKey key, WriteMode mode, Path folder, Path temporary, FileChannel channel) {
        this.storage = storage;
        this.key = key;
        this.mode = mode;
        this.folder = folder;
        this.temporary = temporary;
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer src) {
        requireOpen(state.get() == State.OPEN);
        int limit = src.limit();
        try {
            while (src.position() < limit) {
                src.limit(src.isDirect() ? limit : Math.min(limit, src.position() + MAX_WRITE_BYTES));
                channel.write(src);
            }
        } catch (IOException e) {
            throw storage.failures().of("write", key, e);
        } finally {
            src.limit(limit);
        }
    }

    @Override
    public void finish() {
        requireOpen(state.compareAndSet(State.OPEN, State.COMMITTING));
        try {
            publish();
            state.set(State.ENDED);
            storage.ended(this);
        } catch (IOException e) {
            discard();
            throw failure(e);
        } catch (RuntimeException | Error e) {
            discard();
            throw e;
        }
    }

    private void publish() throws IOException {
        Path file = storage.directories().folderOf(key).resolve(key.name());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw storage.failures().inTheWay(key.value(), file, "a folder");
        }
        // An object's time is when it became visible, not when its last byte was written.
        Files.setLastModifiedTime(temporary, FileTime.from(Instant.now()));
        channel.force(true);
        channel.close();
        storage.publication().publish(temporary, file, mode);
        try {
            storage.directories().syncUpToRoot(folder);
        } catch (IOException e) {
            withdraw(file, e);
            throw e;
        }
    }

    /** Takes back a name that could not be made durable. What was replaced cannot be brought back. */
    private void withdraw(Path file, IOException cause) {
        if (mode == WriteMode.CREATE) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private StorageException failure(IOException e) {
        return e instanceof FileAlreadyExistsException
                ? storage.failures().exists(key)
                : storage.failures().of("commit", key, e);
    }

    @Override
    public void abort(Throwable cause) {
        close();
    }

    @Override
    public void close() {
        if (state.compareAndSet(State.OPEN, State.ENDED)) {
            discard();
        }
    }

    private void discard() {
        state.set(State.ENDED);
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing that was written matters any more.
        }
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            storage.leftBehind(temporary, e);
        }
        storage.directories().removeEmpty(folder);
        storage.ended(this);
    }

    private static void requireOpen(boolean open) {
        if (!open) {
            throw new IllegalStateException("the object has been finished or given up");
        }
    }
}
