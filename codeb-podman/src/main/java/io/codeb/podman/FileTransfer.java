package io.codeb.podman;

import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.SizedSource;
import io.codeb.spi.runtime.FileSpec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** Files in and out of containers, as the API does it: in tar streams of one entry. Thread-safe. */
final class FileTransfer {
    private static final int BUFFER = 128 * 1024;
    /** What may come before and after the content: headers, padding, the end of the archive. */
    private static final long MAX_FRAMING = 1024 * 1024;

    private final ContainerApi api;

    FileTransfer(ContainerApi api) {
        this.api = api;
    }

    ByteSource read(String container, ContainerPath path, Cancellation cancellation) {
        HttpExchange exchange = null;
        try {
            exchange = api.getArchive(container, path.text(), cancellation);
            BoundedInput bounded = new BoundedInput(exchange.body(), MAX_FRAMING);
            TarArchiveInputStream tar = new TarArchiveInputStream(bounded, StandardCharsets.UTF_8.name());
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null || !isFile(entry, path.name())) {
                throw failed(container, path, "there is no regular file of that name", null);
            }
            bounded.allow(entry.getSize());
            exchange.beginStream();
            return new ArchivedFile(container, path, exchange, tar, entry.getSize(), cancellation);
        } catch (IOException e) {
            Quietly.close(exchange);
            throw api.unavailable(e, cancellation);
        } catch (RuntimeException e) {
            Quietly.close(exchange);
            throw e;
        }
    }

    void write(String container, ContainerPath path, FileSpec file, ByteSource content, Cancellation cancellation) {
        try {
            requireDirectory(container, path, cancellation);
            api.putArchive(
                    container,
                    path.directory(),
                    out -> writeTar(container, path, file, content, new BufferedOutputStream(out, BUFFER)),
                    cancellation);
            PathStat written = api.stat(container, path.text(), cancellation);
            if (!written.isFile() || written.size() != file.size()) {
                throw failed(container, path, "what is there now is no file of " + file.size() + " bytes", null);
            }
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw failed(container, path, "it could not be written: " + Text.of(e), e);
        }
    }

    /** Podman would make the directory, for root. */
    private void requireDirectory(String container, ContainerPath path, Cancellation cancellation) throws IOException {
        PathStat directory = api.stat(container, path.directory(), cancellation);
        if (directory.isLink() && directory.linkTarget().startsWith("/")) {
            directory = api.stat(container, directory.linkTarget(), cancellation);
        }
        if (!directory.isDirectory()) {
            throw failed(container, path, "its directory is not there", null);
        }
    }

    private void writeTar(String container, ContainerPath path, FileSpec file, ByteSource content, OutputStream out)
            throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        // The name is taken as it is: what looks like a drive's or a share's to other systems is none here.
        TarArchiveEntry entry = new TarArchiveEntry(path.name(), true);
        entry.setSize(file.size());
        entry.setMode(file.mode());
        entry.setIds(file.uid(), file.gid());
        tar.putArchiveEntry(entry);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        ByteSource sized = new SizedSource(content, file.size(), how -> failed(container, path, how, null));
        while (sized.read(buffer.clear()) != ByteSource.END) {
            tar.write(buffer.array(), buffer.arrayOffset(), buffer.position());
        }
        tar.closeArchiveEntry();
        tar.finish();
        out.flush();
    }

    private static boolean isFile(TarArchiveEntry entry, String name) {
        boolean regular =
                entry.getLinkFlag() == TarArchiveEntry.LF_NORMAL || entry.getLinkFlag() == TarArchiveEntry.LF_OLDNORM;
        return regular
                && !entry.isSparse()
                && entry.getSize() >= 0
                && entry.getName().equals(name);
    }

    private static ContainerException failed(
            String container, ContainerPath path, String why, @Nullable Throwable cause) {
        return new ContainerException(
                ErrorCode.CONTAINER_FILE_FAILED,
                "'" + Text.shown(path.text()) + "' in container '" + container + "': " + why,
                "",
                cause);
    }

    /** The content of the one entry; its end is the end of the archive and of the answer, and no earlier. */
    private static final class ArchivedFile implements ByteSource {
        private final String container;
        private final ContainerPath path;
        private final HttpExchange exchange;
        private final TarArchiveInputStream tar;
        private final long size;
        private final Cancellation cancellation;
        private final byte[] buffer = new byte[BUFFER];
        private long total;
        private boolean ended;

        ArchivedFile(
                String container,
                ContainerPath path,
                HttpExchange exchange,
                TarArchiveInputStream tar,
                long size,
                Cancellation cancellation) {
            this.container = container;
            this.path = path;
            this.exchange = exchange;
            this.tar = tar;
            this.size = size;
            this.cancellation = cancellation;
        }

        @Override
        public int read(ByteBuffer dst) {
            cancellation.throwIfCancelled();
            if (ended) {
                return END;
            }
            try {
                int n = tar.read(buffer, 0, Math.min(buffer.length, dst.remaining()));
                if (n > 0) {
                    total += n;
                    dst.put(buffer, 0, n);
                    return n;
                }
                proveEnd();
                ended = true;
                return END;
            } catch (IOException e) {
                cancellation.throwIfCancelled();
                throw lost(Text.of(e), e);
            }
        }

        private void proveEnd() throws IOException {
            exchange.endStream();
            if (total != size) {
                throw new IOException("of " + size + " bytes, only " + total + " came");
            }
            if (tar.getNextEntry() != null) {
                throw new IOException("there is more in the archive than the file");
            }
            // What follows the archive's end is padding; that it ends shows that the answer was not cut.
            exchange.drain(MAX_FRAMING);
        }

        private CodeBException lost(String why, IOException cause) {
            return new ContainerException(
                    ErrorCode.EXEC_LOST,
                    "reading '" + Text.shown(path.text()) + "' in container '" + container + "' was cut: " + why,
                    "",
                    cause);
        }

        @Override
        public void close() {
            exchange.close();
        }
    }
}
