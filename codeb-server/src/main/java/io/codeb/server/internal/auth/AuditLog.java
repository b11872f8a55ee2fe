package io.codeb.server.internal.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.codeb.server.internal.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what to which project, from where, and what came of it: a line of JSON each, in a file that grows, and that
 * is put aside when it is large. Thread-safe.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final String FILE = "audit.log";
    private static final int KEPT = 9;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final StateDirectory directory;
    private final long largest;

    /**
     * A line.
     *
     * @param at when
     * @param token the id of whose token; null where nobody's was shown
     * @param name the token's name
     * @param address where from
     * @param method what was to be done
     * @param route to what, without what is in the query
     * @param project to which project; null where it is to none
     * @param status what was answered
     * @param code what went wrong; null where nothing did
     * @param operation the id of the operation that was begun; null where none was
     */
    public record Line(
            Instant at,
            @Nullable String token,
            @Nullable String name,
            String address,
            String method,
            String route,
            @Nullable String project,
            int status,
            @Nullable String code,
            @Nullable String operation) {}

    /**
     * Opens it.
     *
     * @param directory where it is
     * @param largest bytes of a file after which the next one begins
     */
    public AuditLog(StateDirectory directory, long largest) {
        this.directory = directory;
        this.largest = largest;
    }

    /**
     * Adds a line. What keeps it from being written is told to the log of the process.
     *
     * @param line what was done
     */
    public synchronized void add(Line line) {
        byte[] text = (Json.text(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(directory.file(FILE)) && Files.size(directory.file(FILE)) + text.length > largest) {
                putAside();
            }
            try (FileChannel file = directory.append(FILE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
        } catch (IOException e) {
            LOG.error("{} could not be noted: {}", line, e.toString());
        }
    }

    /**
     * Some lines.
     *
     * @param lines the latest first
     * @param next what the next page is asked for by; empty behind the last one
     */
    public record Page(List<Line> lines, Optional<String> next) {}

    /**
     * Reads lines that are kept.
     *
     * @param wanted which of them
     * @param before what the page before has as next; empty for the latest
     * @param most how many at the most
     * @return the latest first
     * @throws IOException when they cannot be read
     */
    public Page read(Predicate<Line> wanted, String before, int most) throws IOException {
        List<Line> newest = all();
        Collections.reverse(newest);
        int skipped = 0;
        // Lines are named by their number from the oldest: new ones change no name, until a file goes.
        if (!before.isEmpty()) {
            if (!NUMBER.matcher(before).matches()) {
                throw new IllegalArgumentException("before is none of a page's names");
            }
            skipped = Math.max(0, newest.size() - Integer.parseInt(before));
        }
        List<Line> page = new ArrayList<>();
        for (int i = skipped; i < newest.size(); i++) {
            if (wanted.test(newest.get(i))) {
                if (page.size() == most) {
                    return new Page(page, Optional.of(Integer.toString(newest.size() - i)));
                }
                page.add(newest.get(i));
            }
        }
        return new Page(page, Optional.empty());
    }

    private synchronized List<Line> all() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (int number = KEPT; number >= 0; number--) {
            Path file = directory.file(number == 0 ? FILE : FILE + "." + number);
            if (Files.exists(file)) {
                for (String text : Files.readAllLines(file)) {
                    read(text).ifPresent(lines::add);
                }
            }
        }
        return lines;
    }

    /** A line that was cut by a full disk is none. */
    private static Optional<Line> read(String text) throws IOException {
        try {
            return Optional.of(Json.read(text.getBytes(StandardCharsets.UTF_8), Line.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void putAside() throws IOException {
        for (int number = KEPT; number > 0; number--) {
            String older = number == 1 ? FILE : FILE + "." + (number - 1);
            if (Files.exists(directory.file(older))) {
                Files.move(
                        directory.file(older),
                        directory.file(FILE + "." + number),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }
}
