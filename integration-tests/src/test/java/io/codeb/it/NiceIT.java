package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each part of a nice project's manners is in force, whatever its options ask for. */
@Timeout(180)
class NiceIT {
    private static final PostgresServer SERVER = PostgresServer.shared(15);
    private static final String LOWEST = "19";
    private static final long MOST_OF_A_PIECE = 20L << 20;

    /** Rows come by then, and more than a connection keeps is still to come. */
    private static final long HELD_AFTER = 300_000;

    @TempDir
    Path directory;

    private final Set<String> dumpers = ConcurrentHashMap.newKeySet();
    private final Set<String> loaders = ConcurrentHashMap.newKeySet();
    private final Set<String> readers = ConcurrentHashMap.newKeySet();

    @AfterEach
    void nothingIsLeft() {
        Aftermath.serverIsClean(SERVER);
        Aftermath.noThreadIsLeft();
    }

    /** The niceness of all processes of that name in the container. */
    private static List<String> niceness(String program) {
        return SERVER.run(
                        "sh",
                        "-c",
                        "for p in /proc/[0-9]*; do [ \"$(cat $p/comm 2>/dev/null)\" = \"$1\" ]"
                                + " && cat $p/stat 2>/dev/null; done; true",
                        "sh",
                        program)
                .lines()
                .map(stat -> stat.replaceFirst(".*\\) ", "").split(" ", -1)[16])
                .toList();
    }

    /** An entry is held up: whoever reads it, and whoever might read another one beside it, is there. */
    private void whileItIsDumped() {
        dumpers.addAll(niceness("pg_dump"));
        countReaders();
    }

    private void countReaders() {
        readers.add(SERVER.sql(
                "postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%' AND state = 'active'"));
    }

    private void whileItGoesOn(Event event) {
        if (event instanceof Event.Progress && event.run().operation() == Operation.BACKUP) {
            countReaders();
        } else if (event instanceof Event.Progress) {
            loaders.addAll(niceness("psql"));
        }
    }

    @Test
    void oneThingIsDoneAfterTheOtherInSmallPiecesBehindAllOthers() {
        Project project = SERVER.project()
                .option("bulk-table", "1")
                .option("workers", "4")
                .bandwidth(30_000_000)
                .nice();
        SERVER.createDatabase(project.database());
        SERVER.sql(project.database(), """
                CREATE FUNCTION alone(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                    PERFORM pg_catalog.pg_sleep(1) WHERE id = 1 AND current_database() LIKE 'codeb%';
                    IF id = 1 AND 1 < (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
                        WHERE query LIKE 'CREATE INDEX alone%' AND state = 'active') THEN
                        RAISE 'two indexes are built at once';
                    END IF;
                    RETURN id;
                END $$;
                -- In the archive, and more than pipes and sockets hold on the way: pg_dump is there while it is held up.
                SELECT lo_from_bytea(0, string_agg(decode(md5(g::text), 'hex'), '')) FROM generate_series(1, 1000000) g;
                CREATE TABLE one AS SELECT g AS id, repeat(md5(g::text), 10) AS v FROM generate_series(1, 120000) g;
                CREATE TABLE two AS SELECT id FROM one;
                CREATE INDEX alone_one ON one (alone(id));
                CREATE INDEX alone_two ON two (alone(id));
                """);
        try (CodeB codeb = CodeB.builder()
                .codec(new HoldingCodec(HELD_AFTER, this::whileItIsDumped))
                .repository(BackupRepository.at(directory).codec(HoldingCodec.HELD, Map.of()))
                .project(project)
                .listener(this::whileItGoesOn)
                .build()) {
            BackupResult backup = codeb.backups().run(BackupRequest.of("shop").parallel());

            assertThat(dumpers).containsExactly(LOWEST);
            assertThat(readers).contains("1").isSubsetOf("0", "1");
            assertThat(backup.manifest().entries())
                    .filteredOn(entry -> entry.kind() == EntryKind.PIECE)
                    .hasSizeGreaterThan(3)
                    .extracting(Entry::rawSize)
                    .allMatch(size -> size < MOST_OF_A_PIECE);

            codeb.restores()
                    .run(RestoreRequest.of(backup.id()).into(project.database()).replacing(Duration.ZERO));
        }
        assertThat(loaders).containsExactly(LOWEST);
        assertThat(SERVER.sql(project.database(), "SELECT count(*) FROM one")).isEqualTo("120000");
    }
}
