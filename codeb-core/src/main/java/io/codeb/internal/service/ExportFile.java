package io.codeb.internal.service;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is there as a whole or not at all, and that its owner alone may read. */
final class ExportFile {
    private static final Logger LOG = LoggerFactory.getLogger(ExportFile.class);

    private final Path file;

    ExportFile(Path file) {
        this.file = file;
    }

    /** The codec that the file's name promises. */
    String codec() {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".sql")) {
            return "none";
        }
        if (name.endsWith(".sql.gz")) {
            return "gzip";
        }
        if (name.endsWith(".sql.zst")) {
            return "zstd";
        }
        throw new ConfigException(
                "file " + file + " does not say its form", "let its name end in .sql, .sql.gz or .sql.zst");
    }

    /**
     * Writes the file.
     *
     * @param mark tells the file that is not whole yet from others
     * @param content writes it all
     */
    void write(String mark, Consumer<OutputStream> content) {
        Path partial = file.resolveSibling("." + file.getFileName() + "." + mark + ".part");
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            try (FileChannel channel =
                    FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
                content.accept(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.createLink(file, partial);
        } catch (FileAlreadyExistsException e) {
            throw new StorageException(
                    ErrorCode.OBJECT_EXISTS, "file " + file + " exists already", "choose another name", e);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    "file " + file + " cannot be written: " + e.getMessage(),
                    "check the directory",
                    e);
        } finally {
            removePartial(partial);
        }
    }

    private static void removePartial(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            LOG.warn("{} could not be removed: {}", partial, e.getMessage());
        }
    }
}
