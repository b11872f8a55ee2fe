package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.it.FormsServer.Before;
import io.codeb.it.FormsServer.Restorer;
import io.codeb.model.Notice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores dumps of every form to every kind of target. What becomes of them is docs/restore-forms.md: with
 * {@code -Dcodeb.forms.write=true} these tests write it, without they compare it.
 */
class RestoreFormsIT {
    private static final String NOT_COMPARED = "not-compared";
    private static final Path DOCUMENT = Path.of("../docs/restore-forms.md");
    private static final int RESTORES_AT_ONCE = 6;
    private static final int MAJOR = 17;
    private static final List<Integer> OTHER_MAJORS = List.of(13, 15, 18);
    /** Where the programs of the versions differ in what they write. */
    private static final List<DumpForm> DIFFERENT_FORMS = List.of(
            DumpForm.SCRIPT,
            DumpForm.CLEAN_CREATE,
            DumpForm.SCHEMA_PUBLIC,
            DumpForm.CRLF,
            DumpForm.TWO_IN_ONE,
            DumpForm.DUMPALL_CLEAN,
            DumpForm.CUSTOM,
            DumpForm.CUSTOM_ZSTD,
            DumpForm.TAR);

    private static final List<Column> COLUMNS = List.of(
            new Column(Target.NEW, Restorer.SUPERUSER),
            new Column(Target.EXISTING, Restorer.SUPERUSER),
            new Column(Target.REPLACING, Restorer.SUPERUSER),
            new Column(Target.NEW, Restorer.OWNER_OF_DATABASES),
            new Column(Target.REPLACING, Restorer.OWNER_OF_DATABASES));

    private static final List<DumpForm> TRAVELLING_FORMS =
            List.of(DumpForm.SCRIPT, DumpForm.CREATE, DumpForm.DUMPALL, DumpForm.CUSTOM, DumpForm.TAR);
    private static final List<Travel> TRAVELS = List.of(
            new Travel(13, 15),
            new Travel(13, 18),
            new Travel(15, 17),
            new Travel(17, 18),
            new Travel(17, 15),
            new Travel(18, 17),
            new Travel(18, 13));

    private static final List<DumpForm> FORMS_OF_OTHERS = List.of(
            DumpForm.SCRIPT,
            DumpForm.SESSION_AUTHORIZATION,
            DumpForm.CLEAN_CREATE,
            DumpForm.DUMPALL_CHOSEN,
            DumpForm.CUSTOM,
            DumpForm.TAR);

    private static final Map<Integer, FormsServer> SERVERS = new TreeMap<>();
    private static final Map<Cell, Outcome> OUTCOMES = new LinkedHashMap<>();
    private static CodeB codeb;
    private static Path files;

    /** What a dump is restored to. */
    private enum Target {
        NEW("new"),
        EXISTING("existing"),
        REPLACING("replacing");

        private final String label;

        Target(String label) {
            this.label = label;
        }

        private Before before(DumpForm form) {
            return switch (this) {
                case NEW -> Before.NOTHING;
                case EXISTING -> form.hasRowsOnly() ? Before.DEFINITIONS : Before.EMPTY;
                case REPLACING -> Before.OTHER_ROWS;
            };
        }

        private RestoreRequest of(RestoreRequest request) {
            return switch (this) {
                case NEW -> request;
                case EXISTING -> request.intoExisting();
                case REPLACING -> request.replacing(Duration.ZERO);
            };
        }
    }

    /** A column of the table of every form. */
    private record Column(Target target, Restorer restorer) {
        private String label() {
            return target.label + (restorer == Restorer.SUPERUSER ? "" : ", as owner");
        }
    }

    /** From the server of one version to that of another. */
    private record Travel(int from, int to) {
        private String label() {
            return from + " to " + to;
        }
    }

    /** What of a dump is left out. */
    private enum Without {
        NOTHING("as dumped", DumpForm.Sameness.WHOLE, UnaryOperator.identity()),
        OWNERS("`withoutOwners()`", DumpForm.Sameness.BUT_OWNERS, RestoreRequest::withoutOwners),
        OWNERS_AND_PRIVILEGES(
                "and `withoutPrivileges()`", DumpForm.Sameness.BUT_OWNERS, request -> request.withoutOwners()
                        .withoutPrivileges());

        private final String label;
        private final DumpForm.Sameness sameness;

        /** A function without state. */
        @SuppressWarnings("ImmutableEnumChecker")
        private final UnaryOperator<RestoreRequest> word;

        Without(String label, DumpForm.Sameness sameness, UnaryOperator<RestoreRequest> word) {
            this.label = label;
            this.sameness = sameness;
            this.word = word;
        }

        private String label() {
            return label;
        }
    }

    private record Cell(
            int from, int to, DumpForm form, Target target, Restorer restorer, Without without, boolean stream) {}

    /** What has become of a dump: its text in the document. */
    private record Outcome(String text, List<String> wrong) {
        private static Outcome restored(List<Notice> notices) {
            List<String> ids = notices.stream().map(Notice::id).distinct().toList();
            String star = ids.contains(NOT_COMPARED) ? "✓\\*" : "✓";
            return new Outcome(
                    Stream.concat(
                                    Stream.of(star),
                                    ids.stream()
                                            .filter(id -> !id.equals(NOT_COMPARED))
                                            .map(id -> "`" + id + "`"))
                            .collect(Collectors.joining(" ")),
                    List.of());
        }

        private static Outcome refused(CodeBException reason) {
            return new Outcome("`" + reason.code() + "`", List.of());
        }

        private static Outcome wrong(String what, List<String> facts) {
            return new Outcome("**wrong:** " + what, facts);
        }
    }

    @BeforeAll
    static void measure(@TempDir Path directory) throws Exception {
        files = directory;
        ExecutorService workers = Executors.newFixedThreadPool(RESTORES_AT_ONCE);
        try {
            List<Future<FormsServer>> servers = new ArrayList<>();
            for (int major : majors()) {
                servers.add(workers.submit(() -> new FormsServer(major, formsOf(major))));
            }
            for (Future<FormsServer> server : servers) {
                SERVERS.put(server.get().major, server.get());
            }
            CodeB.Builder builder = CodeB.builder().repository(BackupRepository.at(directory.resolve("repository")));
            for (FormsServer server : SERVERS.values()) {
                for (Restorer restorer : Restorer.values()) {
                    builder.project(server.project(restorer));
                }
            }
            codeb = builder.build();
            Map<Cell, Future<Outcome>> running = new LinkedHashMap<>();
            for (Cell cell : cells()) {
                running.put(cell, workers.submit(() -> outcome(cell)));
            }
            for (Map.Entry<Cell, Future<Outcome>> cell : running.entrySet()) {
                OUTCOMES.put(cell.getKey(), cell.getValue().get());
            }
        } finally {
            workers.shutdownNow();
        }
    }

    @AfterAll
    static void close() {
        if (codeb != null) {
            codeb.close();
        }
        SERVERS.values().forEach(FormsServer::close);
    }

    private static List<Integer> majors() {
        return Stream.concat(Stream.of(MAJOR), OTHER_MAJORS.stream()).toList();
    }

    private static Collection<DumpForm> formsOf(int major) {
        return cells().stream()
                .filter(cell -> cell.from == major)
                .map(Cell::form)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(DumpForm.class)));
    }

    private static Collection<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (DumpForm form : DumpForm.values()) {
            COLUMNS.forEach(column -> cells.add(cell(form, column)));
        }
        for (DumpForm form : DIFFERENT_FORMS) {
            OTHER_MAJORS.stream().filter(major -> form.since <= major).forEach(major -> cells.add(cell(form, major)));
        }
        for (DumpForm form : TRAVELLING_FORMS) {
            TRAVELS.forEach(travel -> cells.add(cell(form, travel)));
        }
        for (DumpForm form : FORMS_OF_OTHERS) {
            for (Without without : Without.values()) {
                cells.add(cell(form, without));
            }
        }
        return cells;
    }

    private static Cell cell(DumpForm form, Column column) {
        return new Cell(MAJOR, MAJOR, form, column.target, column.restorer, Without.NOTHING, false);
    }

    private static Cell cell(DumpForm form, int major) {
        return new Cell(major, major, form, Target.NEW, Restorer.OWNER_OF_DATABASES, Without.NOTHING, false);
    }

    private static Cell cell(DumpForm form, Travel travel) {
        return new Cell(travel.from, travel.to, form, Target.NEW, Restorer.SUPERUSER, Without.NOTHING, true);
    }

    private static Cell cell(DumpForm form, Without without) {
        return new Cell(MAJOR, MAJOR, form, Target.NEW, Restorer.STRANGER, without, false);
    }

    private static Outcome outcome(Cell cell) {
        FormsServer server = SERVERS.get(cell.to);
        Outcome outcome = restore(cell, SERVERS.get(cell.from), server);
        List<String> damage = server.damage();
        return damage.isEmpty() ? outcome : Outcome.wrong("it changed what is around it", damage);
    }

    private static Outcome restore(Cell cell, FormsServer source, FormsServer server) {
        Before before = cell.target.before(cell.form);
        String database = server.target(before);
        RestoreRequest whole = dump(cell, source.dump(cell.form))
                .onProject(server.projectName(cell.restorer))
                .into(database);
        RestoreRequest request = cell.without.word.apply(
                cell.target.of(cell.form.isChosen() ? whole.fromDatabase(FormsServer.SOURCE) : whole));
        try {
            RestoreResult result = codeb.restores().run(request);
            List<String> differences = server.differences(database, source, cell.form, cell.without.sameness);
            return differences.isEmpty()
                    ? Outcome.restored(result.notices())
                    : Outcome.wrong("restored, and not the same", differences);
        } catch (CodeBException e) {
            List<String> changes = server.changes(database, before);
            return changes.isEmpty()
                    ? Outcome.refused(e)
                    : Outcome.wrong("refused with `" + e.code() + "`, and changed", changes);
        } finally {
            server.forget(database);
        }
    }

    private static RestoreRequest dump(Cell cell, byte[] dump) {
        String name = cell.form.name().toLowerCase(Locale.ROOT);
        if (cell.stream) {
            return RestoreRequest.ofStream(name, () -> new ByteArrayInputStream(dump));
        }
        try {
            return RestoreRequest.ofFile(Files.write(Files.createTempFile(files, name, ".dump"), dump));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // What is measured

    @Test
    void aDumpIsRestoredAsItIsOrRefusedWithNothingDone() {
        assertThat(OUTCOMES.entrySet().stream()
                        .filter(cell -> !cell.getValue().wrong.isEmpty()))
                .isEmpty();
    }

    @Test
    void nothingOfARestoreIsLeftOnTheServers() {
        SERVERS.values().forEach(FormsServer::isClean);
    }

    @Test
    void theDocumentSaysWhatBecomesOfEachForm() throws IOException {
        String measured = document();
        if (Boolean.getBoolean("codeb.forms.write")) {
            Files.writeString(DOCUMENT, measured);
        }
        assertThat(DOCUMENT)
                .as("written by these tests with -Dcodeb.forms.write=true")
                .hasContent(measured);
    }

    // The document

    private static String document() {
        return """
                # Dumps that CodeB restores

                This page is written by `RestoreFormsIT`, which makes a small database on real servers (keys, a sequence, a view,
                a function, an enum, a large object, comments, privileges, a table `"Größe, in cm"`), dumps it in these forms
                with PostgreSQL's own programs, and restores each dump. After a change that it shows, write it anew:

                ```
                dev/test -- -Dit.test=RestoreFormsIT -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \\
                  -Dfailsafe.failIfNoSpecifiedTests=false -Dcodeb.forms.write=true
                ```

                - ✓: restored, and what is in it is the same: rows, large objects, definitions, comments, owners, privileges.
                  With the ids of the notices in the result, if there are any; the star is `not-compared`: the dump does not
                  tell how many rows there have to be.
                - A code: refused with that `ErrorCode`, and nothing has changed: not the target, no role, no other database.
                - *new* is a database that does not exist yet, *existing* an empty one (for rows alone, one with the
                  definitions), *replacing* takes the place of one with other tables.
                - *As owner* is a role that owns the objects of the dump and may create databases, and is no superuser.
                - The dumps are files, which are looked through before anything of them is run; those that travel from one
                  version to another are streams, which can be read but once.

                """
                + "## Every form, with PostgreSQL " + MAJOR + "\n\n"
                + table(List.of(DumpForm.values()), COLUMNS, Column::label, RestoreFormsIT::cell)
                + "\n## Into a new database of another version's own server, as owner\n\n"
                + table(DIFFERENT_FORMS, OTHER_MAJORS, major -> "PostgreSQL " + major, RestoreFormsIT::cell)
                + "\n## Into a new database of another version, as superuser\n\n"
                + table(TRAVELLING_FORMS, TRAVELS, Travel::label, RestoreFormsIT::cell)
                + "\n## Into a new database, as a role that is not the owner's and no superuser\n\n"
                + table(FORMS_OF_OTHERS, List.of(Without.values()), Without::label, RestoreFormsIT::cell);
    }

    private static <C> String table(
            List<DumpForm> forms, List<C> columns, Function<C, String> label, BiFunction<DumpForm, C, Cell> cell) {
        StringBuilder table = new StringBuilder("| the dump |");
        columns.forEach(column -> table.append(' ').append(label.apply(column)).append(" |"));
        table.append("\n| --- |").append(" --- |".repeat(columns.size())).append('\n');
        for (DumpForm form : forms) {
            table.append("| ").append(form.label).append(" |");
            for (C column : columns) {
                Outcome outcome = OUTCOMES.get(cell.apply(form, column));
                table.append(' ').append(outcome == null ? "" : outcome.text).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }
}
