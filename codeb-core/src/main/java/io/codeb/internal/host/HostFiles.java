package io.codeb.internal.host;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FileSource;
import io.codeb.spi.io.SizedSource;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.runtime.FileSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files of this host as streams. A file is written under another name and renamed, so that it is there whole or not.
 */
final class HostFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private HostFiles() {}

    static ByteSource read(String path, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        Path file = absolute(path);
        if (!Files.isRegularFile(file)) {
            throw failed("read", file, "it is missing, or no regular file", null);
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new Source(file, channel, channel.size(), cancellation);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    static void write(String path, FileSpec spec, ByteSource content, Cancellation cancellation) {
        Path file = absolute(path);
        if (Files.isDirectory(file)) {
            throw failed("write", file, "it is a directory", null);
        }
        Path temporary = file.resolveSibling(".codeb-" + UUID.randomUUID());
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                copy(
                        new SizedSource(content, spec.size(), how -> failed("write", file, how, null)),
                        channel,
                        cancellation);
            }
            dress(temporary, spec);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("write", file, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void copy(ByteSource content, FileChannel channel, Cancellation cancellation) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Transfer.BUFFER_BYTES);
        cancellation.throwIfCancelled();
        while (content.read(buffer.clear()) != ByteSource.END) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            cancellation.throwIfCancelled();
        }
    }

    private static void dress(Path file, FileSpec spec) throws IOException {
        if (!Files.getAttribute(file, "unix:uid").equals(spec.uid())) {
            Files.setAttribute(file, "unix:uid", spec.uid());
        }
        if (!Files.getAttribute(file, "unix:gid").equals(spec.gid())) {
            Files.setAttribute(file, "unix:gid", spec.gid());
        }
        Files.setPosixFilePermissions(file, permissionsOf(spec.mode()));
    }

    private static Set<PosixFilePermission> permissionsOf(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighestBit = PosixFilePermission.values();
        for (int i = 0; i < fromHighestBit.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                permissions.add(fromHighestBit[i]);
            }
        }
        return permissions;
    }

    private static Path absolute(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: '" + path + "'");
        }
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new ContainerException(
                    ErrorCode.CONTAINER_FILE_FAILED,
                    "'" + path + "' is no path of this host: " + e.getReason(),
                    "for a path that is not ASCII, run Java in a UTF-8 locale",
                    e);
        }
    }

    private static ContainerException failed(String action, Path file, IOException e) {
        String reason = e instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : e.getClass().getSimpleName() + " " + e.getMessage();
        return failed(action, file, reason, e);
    }

    private static ContainerException failed(String action, Path file, String reason, @Nullable Throwable cause) {
        return new ContainerException(
                ErrorCode.CONTAINER_FILE_FAILED,
                "cannot " + action + " " + file + " on this host: " + reason,
                "check the path, and the rights of the user that runs CodeB",
                cause);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one to tell.
        }
    }

    private static final class Source extends FileSource {
        private final Path file;
        private final Cancellation cancellation;

        Source(Path file, FileChannel channel, long length, Cancellation cancellation) {
            super(channel, length);
            this.file = file;
            this.cancellation = cancellation;
        }

        @Override
        public int read(ByteBuffer dst) {
            cancellation.throwIfCancelled();
            return super.read(dst);
        }

        @Override
        protected RuntimeException unreadable(IOException e) {
            return failed("read", file, e);
        }

        @Override
        protected RuntimeException shortened(long missing) {
            return new ContainerException(
                    ErrorCode.EXEC_LOST,
                    file + " ended " + missing + " bytes before the length that it had when it was opened",
                    "something shortened it while it was read: read it again");
        }
    }
}
