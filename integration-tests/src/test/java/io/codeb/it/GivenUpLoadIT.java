package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CleanUpReport;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Leftover;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A load of which nothing moves for as long as the project allows is given up, with the right words: the live database
 * is as it was, and what could not be taken away is named and taken later.
 */
@Timeout(240)
class GivenUpLoadIT {
    private static final String DATABASE = "given_up";
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(4);

    private static PostgresServer server;

    @TempDir
    Path directory;

    private CodeB codeb;
    private String before;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start("postgres:15");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(DATABASE).idleLimit(IDLE_LIMIT))
                .build();
        server.createDatabase(DATABASE);
    }

    private void fill(String tables) {
        server.sql(DATABASE, tables);
        before = server.content(DATABASE);
    }

    @AfterEach
    void nothingHasChangedAndNothingIsLeft() {
        codeb.close();
        Aftermath.serverIsClean(server);
        assertThat(server.content(DATABASE)).isEqualTo(before);
        server.sql("postgres", "DROP DATABASE " + DATABASE);
        Aftermath.noThreadIsLeft();
    }

    /** A load that the server is at work on for longer than the limit, and on nothing else then. */
    private RestoreRequest slowScript(String begin) throws IOException {
        Path script = directory.resolve("slow.sql");
        Files.writeString(script, begin + "COPY public.live (id) FROM stdin;\n2\n\\.\nSELECT pg_sleep(3600);\n");
        return RestoreRequest.ofFile(script).onProject("shop");
    }

    private CodeBException failureWhilePaused(RestoreRequest request) {
        CompletableFuture<?> restore =
                CompletableFuture.supplyAsync(() -> codeb.restores().run(request));
        Aftermath.eventually(
                () -> server.sql(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"
                                + " AND wait_event = 'PgSleep'"),
                "1");
        server.pause();
        try {
            return (CodeBException) catchThrowableOfType(CompletionException.class, restore::join)
                    .getCause();
        } finally {
            server.unpause();
        }
    }

    private static void saysThatTheServerStoodStill(CodeBException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
        assertThat(failure)
                .hasMessageContaining("nothing has moved for")
                .hasMessageContaining("nobody knows what it waits for: container")
                .hasMessageContaining("is paused");
        assertThat(failure.hint()).contains("idleLimit");
    }

    @Test
    void aReplacementWhoseContainerStaysPausedNamesTheDatabaseThatCleaningUpTakes() throws Exception {
        fill("CREATE TABLE live AS SELECT 1 AS id");

        CodeBException failure = failureWhilePaused(
                slowScript("CREATE TABLE public.live (id integer);\n").replacing());

        saysThatTheServerStoodStill(failure);
        String left = server.sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'codeb\\_%'");
        assertThat(left).startsWith("codeb_new_").doesNotContain("\n");
        assertThat(failure).hasMessageContaining("what was loaded is left as database " + left);
        assertThat(failure.hint()).contains("cleanUp");
        CleanUpReport report = codeb.databases().cleanUp("shop");
        assertThat(report.kept()).isEmpty();
        assertThat(report.ended())
                .filteredOn(leftover -> leftover.kind() == Leftover.Kind.DATABASE)
                .extracting(Leftover::name)
                .containsExactly(left);
    }

    @Test
    void aLoadIntoAnExistingDatabaseWhoseContainerStaysPausedIsNeverCommitted() throws Exception {
        fill("CREATE TABLE live (id integer)");

        CodeBException failure =
                failureWhilePaused(slowScript("").into(DATABASE).intoExisting());

        saysThatTheServerStoodStill(failure);
        assertThat(codeb.databases().cleanUp("shop").kept()).isEmpty();
    }

    @Test
    void aPgRestoreThatStandsStillIsGivenUpAtTheLimit() {
        fill("CREATE TABLE live AS SELECT g AS id, repeat(md5(g::text), 30) AS filler FROM generate_series(1, 3000) g");
        byte[] archive = archive();
        InputStream first = new ByteArrayInputStream(archive, 0, archive.length / 2);
        InputStream second =
                new ByteArrayInputStream(archive, archive.length / 2, archive.length - archive.length / 2) {
                    @Override
                    public synchronized int read(byte[] bytes, int offset, int length) {
                        stopPgRestore();
                        return super.read(bytes, offset, length);
                    }
                };
        RestoreRequest request = RestoreRequest.ofStream("live.dump", () -> new SequenceInputStream(first, second))
                .onProject("shop")
                .replacing();

        CodeBException failure = catchThrowableOfType(
                CodeBException.class, () -> codeb.restores().run(request));

        assertThat(failure.code()).isEqualTo(ErrorCode.EXEC_IDLE);
        assertThat(failure)
                .hasMessageContaining(
                        "pg_restore, which makes a script of live.dump, moved no byte for 4 s and was ended");
        assertThat(failure.hint()).contains("idleLimit");
    }

    private static byte[] archive() {
        server.run("pg_dump", "--format=custom", "--compress=0", "--file=/tmp/live.dump", DATABASE);
        return server.container().copyFileFromContainer("/tmp/live.dump", InputStream::readAllBytes);
    }

    /** While it has not yet got all of the archive. */
    private static void stopPgRestore() {
        server.run(
                "sh",
                "-c",
                "for process in /proc/[0-9]*; do if grep -qx pg_restore $process/comm; then kill -STOP"
                        + " ${process#/proc/}; stopped=yes; fi; done 2>/dev/null; [ \"$stopped\" = yes ]");
    }
}
