package io.codeb.tck.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A kind of database that speaks no SQL: pages of numbered lines, in memory. */
final class Notebooks implements DatabaseEngine {
    static final String USER = "writer";
    static final String PASSWORD = "between the lines";

    private static final ServerVersion VERSION = new ServerVersion("3.1", 3, 1);
    private static final String HEADER = "notebook 1\n";
    private static final String NOTHING = "-";

    /** Lines by number. */
    static final class Page extends TreeMap<Integer, @Nullable String> {
        private static final long serialVersionUID = 1L;
    }

    /** Pages by name, by the name of their notebook. */
    private final Map<String, NavigableMap<String, Page>> notebooks = new ConcurrentHashMap<>();

    Map<String, NavigableMap<String, Page>> notebooks() {
        return notebooks;
    }

    @Override
    public String id() {
        return "notebooks";
    }

    @Override
    public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        NavigableMap<String, Page> pages = open(target);
        List<TableInfo> tables = pages.entrySet().stream()
                .map(page -> TableInfo.of(
                        new TableName("", page.getKey()),
                        TableInfo.Kind.TABLE,
                        page.getValue().size(),
                        0))
                .toList();
        return DatabaseInfo.of(id(), VERSION, new Manifest.DatabaseSummary(target.database(), 0))
                .withTables(tables);
    }

    @Override
    public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        NavigableMap<String, Page> pages = copyOf(open(target));
        requireMatches(spec.selection().include(), pages);
        requireMatches(spec.selection().exclude(), pages);
        if (!spec.selection().include().isEmpty()) {
            pages.keySet().retainAll(spec.selection().include());
        }
        spec.selection().exclude().forEach(pages::remove);
        try (EntrySink sink = output.open(EntrySpec.of("notebook", EntryKind.DUMP))) {
            lines(pages).forEach(line -> {
                sink.write(ByteBuffer.wrap(line.getBytes(UTF_8)));
                cancellation.throwIfCancelled();
            });
            sink.finish();
        }
        return DumpFacts.of(
                        new Manifest.EngineFacts(id(), "lines", VERSION, "notebooks 3.1", Facts.NONE),
                        spec.selection(),
                        new Manifest.DatabaseSummary(target.database(), 0))
                .withTables(rows(pages));
    }

    private static Stream<String> lines(NavigableMap<String, Page> pages) {
        Stream<String> content = pages.entrySet().stream()
                .flatMap(page -> Stream.concat(
                        Stream.of("page " + page.getKey() + "\n"),
                        page.getValue().entrySet().stream()
                                .map(line -> line.getKey() + " " + encoded(line.getValue()) + "\n")));
        return Stream.concat(Stream.concat(Stream.of(HEADER), content), Stream.of("end\n"));
    }

    private static String encoded(@Nullable String text) {
        return text == null ? NOTHING : Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Override
    public RestoreFacts restore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        requireRoom(target, spec.mode());
        NavigableMap<String, Page> pages = parsed(read(input, cancellation));
        List<TableRows> restored = rows(pages);
        if (spec.dump() != null && !spec.dump().tables().equals(restored)) {
            throw new IntegrityException(ErrorCode.RESTORE_DIFFERS, "there are other lines", "try another copy");
        }
        notebooks.put(target.database(), pages);
        return RestoreFacts.of(VERSION, restored);
    }

    private void requireRoom(DatabaseTarget target, RestoreMode mode) {
        if (mode == RestoreMode.NEW && notebooks.containsKey(target.database())) {
            throw new EngineException(ErrorCode.DATABASE_EXISTS, "there is such a notebook", "");
        }
        if (mode == RestoreMode.EXISTING && !open(target).isEmpty()) {
            throw new EngineException(ErrorCode.DATABASE_NOT_EMPTY, "the notebook has pages", "");
        }
    }

    private static String read(RestoreInput input, Cancellation cancellation) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        try (ByteSource source = input.open(input.only(EntryKind.DUMP))) {
            while (source.read(buffer.clear()) != ByteSource.END) {
                cancellation.throwIfCancelled();
                all.write(buffer.array(), 0, buffer.position());
            }
        }
        cancellation.throwIfCancelled();
        return all.toString(UTF_8);
    }

    private static NavigableMap<String, Page> parsed(String dump) {
        if (!dump.startsWith(HEADER)) {
            throw new EngineException(ErrorCode.DUMP_UNRECOGNIZED, "that is no notebook", "");
        }
        if (!dump.endsWith("\nend\n")) {
            throw new IntegrityException(ErrorCode.TRUNCATED, "the notebook has no end", "try another copy");
        }
        NavigableMap<String, Page> pages = new TreeMap<>();
        Page page = new Page();
        for (String line : dump.substring(HEADER.length(), dump.length() - "end\n".length())
                .lines()
                .toList()) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("page")) {
                page = new Page();
                pages.put(words[1], page);
            } else {
                String text = words[1].equals(NOTHING)
                        ? null
                        : new String(Base64.getDecoder().decode(words[1]), UTF_8);
                page.put(Integer.valueOf(words[0]), text);
            }
        }
        return pages;
    }

    private NavigableMap<String, Page> open(DatabaseTarget target) {
        Secret password = target.password();
        if (password == null || !password.reveal().equals(PASSWORD)) {
            throw new EngineException(ErrorCode.AUTH_FAILED, "that is not the word", "");
        }
        NavigableMap<String, Page> pages = notebooks.get(target.database());
        if (pages == null) {
            throw new EngineException(ErrorCode.DATABASE_NOT_FOUND, "there is no such notebook", "");
        }
        return pages;
    }

    private static void requireMatches(List<String> patterns, NavigableMap<String, Page> pages) {
        for (String pattern : patterns) {
            if (!pages.containsKey(pattern)) {
                throw new EngineException(ErrorCode.NOTHING_MATCHES, "there is no page " + pattern, "");
            }
        }
    }

    private static NavigableMap<String, Page> copyOf(NavigableMap<String, Page> pages) {
        NavigableMap<String, Page> copy = new TreeMap<>();
        pages.forEach((name, page) -> {
            Page lines = new Page();
            lines.putAll(page);
            copy.put(name, lines);
        });
        return copy;
    }

    private static List<TableRows> rows(NavigableMap<String, Page> pages) {
        return pages.entrySet().stream()
                .map(page -> new TableRows("", page.getKey(), page.getValue().size()))
                .toList();
    }
}
