package io.codeb;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Opens a dump that is a file. Opening anything else can wait for ever, or reads what is no dump. */
final class DumpFile {
    private static final int TYPE_MASK = 0170000;
    private static final Map<Integer, String> TYPES =
            Map.of(0010000, "a named pipe", 0140000, "a socket", 0020000, "a device", 0060000, "a device");

    private DumpFile() {}

    static InputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw directory(file);
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    file + " is " + type(file) + ", no file",
                    "give what can be read of it to RestoreRequest.ofStream");
        }
        return Files.newInputStream(file);
    }

    private static EngineException directory(Path directory) {
        if (Files.exists(directory.resolve("toc.dat"))) {
            return new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    directory + " is a directory that pg_dump --format=directory made",
                    "make a script of it with pg_restore --file=NAME " + directory + ", or dump with --format=custom");
        }
        if (Files.exists(directory.resolve("PG_VERSION"))) {
            return new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    directory + " is a server's data directory",
                    "start a server of the same version on it, and dump the database there");
        }
        return new EngineException(
                ErrorCode.DUMP_UNRECOGNIZED, directory + " is a directory", "name the dump's file in it");
    }

    private static String type(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return "something else";
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode");
        return TYPES.getOrDefault(mode & TYPE_MASK, "something else");
    }
}
