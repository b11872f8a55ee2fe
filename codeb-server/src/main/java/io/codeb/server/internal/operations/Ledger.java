package io.codeb.server.internal.operations;

import io.codeb.error.ConfigException;
import io.codeb.server.internal.auth.StateDirectory;
import io.codeb.server.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of operations, kept beyond the process: a file for each. Where it cannot be written operations go on,
 * and are forgotten with the process. Thread-safe.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final Pattern FILE = Pattern.compile("[0-9a-f]{32}\\.json");
    private static final long LONGEST = 8L << 20;

    private final StateDirectory directory;

    /**
     * An operation, and what it was asked for by.
     *
     * @param view how it was when that was written
     * @param asked null where whoever asked has not named the request
     */
    record Entry(OperationView view, @Nullable Asked asked) {}

    /**
     * A request that somebody has named.
     *
     * @param token the id of whose token
     * @param key what he calls it
     * @param request the SHA-256 of all that makes it what it is
     */
    record Asked(String token, String key, String request) {
        static Asked of(String token, String key, String request) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8));
                return new Asked(token, key, HexFormat.of().formatHex(digest));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("each JVM has SHA-256", e);
            }
        }
    }

    Ledger(StateDirectory directory) {
        this.directory = directory;
    }

    /** All that can be read, the oldest first; what cannot is passed over, and stays for who wants to look at it. */
    List<Entry> read() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory.file(""),
                each -> FILE.matcher(each.getFileName().toString()).matches())) {
            for (Path file : files) {
                read(file, entries);
            }
        } catch (IOException e) {
            LOG.warn("nobody knows any more what was done: {}", e.toString());
        }
        entries.sort(Comparator.comparing((Entry entry) -> entry.view().createdAt()));
        return entries;
    }

    private static void read(Path file, List<Entry> entries) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IOException("it is too long");
            }
            Entry entry = Json.read(Files.readAllBytes(file), Entry.class);
            if (!file.getFileName().toString().equals(name(entry.view().id()))) {
                throw new IOException("it is of another operation");
            }
            entries.add(entry);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} is not what was written there: {}", file, e.getClass().getSimpleName());
        }
    }

    private static String name(String id) {
        return id + ".json";
    }

    void write(Entry entry) {
        try {
            directory.write(name(entry.view().id()), Json.bytes(entry));
        } catch (ConfigException e) {
            LOG.warn(
                    "operation {} is forgotten with this process: {}",
                    entry.view().id(),
                    e.getMessage());
        }
    }

    void forget(String id) {
        try {
            Files.deleteIfExists(directory.file(name(id)));
        } catch (IOException e) {
            LOG.warn("what was known of operation {} is still there: {}", id, e.toString());
        }
    }
}
