package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.Cancellation;
import io.codeb.model.DumpMode;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.MemoryDump;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Where a container's published port leads to another server, nothing is restored into that one, and nothing is changed
 * there. The impostor is a standby that lets in the same users and has the same databases, the one that is loaded among
 * them: what gets there fails, since it may not be written.
 */
class ImpostorIT {
    private static HostPostgres server;
    private static HostPostgres impostor;
    private static ContainerRuntime host;
    private static DatabaseEngine engine;
    private static MemoryDump dump;
    private static DumpFacts facts;

    @BeforeAll
    static void start() {
        // What is made here is there as well before anybody is told that it is made.
        server = HostPostgres.startWithSettings("-c synchronous_commit=remote_apply");
        server.sql("postgres", "CREATE DATABASE app");
        server.sql(
                "app",
                "CREATE TABLE t AS SELECT g, repeat('0123456789abcdef', 60) AS filler"
                        + " FROM generate_series(1, 4000) g");
        impostor = server.startStandby();
        server.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        server.sql("postgres", "SELECT pg_reload_conf()");
        host = Installed.runtime("host", ProviderConfig.of("host"));
        engine = new PostgresEngineProvider()
                .create(ProviderConfig.of("postgresql")
                        .withOption("bulk-table", "0")
                        .withOption("piece", "1")
                        .withOption("workers", "2"));
        dump = MemoryDump.taking();
        facts = engine.dump(
                target("app", List.of(server.port()), List.of()),
                DumpSpec.of(Selection.EVERYTHING).withMode(DumpMode.PARALLEL),
                dump,
                new Cancellation());
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
        impostor.close();
    }

    @AfterEach
    void nothingIsLeft() {
        server.sql("postgres", "DROP DATABASE IF EXISTS copy");
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    /** Programs reach the server by its socket, so that who comes over the network is this process. */
    private static DatabaseTarget target(String database, List<Integer> published, List<String> addresses) {
        ToolHost tools = ToolHost.of(PretendedContainer.of(host, server.port(), published, addresses), "db")
                .withDirectory(server.programs().toString());
        return ServerTarget.of(tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                .withHost(server.sockets().toString())
                .database(database);
    }

    /** Hears where from the table is filled, while it is. */
    private static final class Watched implements RestoreInput {
        private final RestoreInput input = dump.asInput();
        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        public List<EntryFacts> entries() {
            return input.entries();
        }

        @Override
        public ByteSource open(EntryFacts entry) {
            return input.open(entry);
        }

        @Override
        public void progress(EntryFacts entry, long rows) {
            if (rows > 0) {
                seen.add(server.sql(
                        "postgres",
                        "SELECT CASE WHEN client_addr IS NULL THEN 'psql' ELSE 'this process' END"
                                + " FROM pg_stat_activity WHERE query LIKE 'COPY %FROM stdin%'"
                                + " AND pid <> pg_backend_pid() LIMIT 1"));
            }
        }
    }

    private static Set<String> restore(List<Integer> published, List<String> addresses, String... afterLoad) {
        Watched input = new Watched();
        engine.restore(
                target("copy", published, addresses),
                RestoreSpec.of(RestoreMode.NEW, facts).withAfterLoad(List.of(afterLoad)),
                input,
                new Cancellation());
        input.seen.remove("");
        return input.seen;
    }

    @Test
    void rowsGoToTheServerThatTheProgramsAreWith() {
        assertThat(restore(List.of(impostor.port()), List.of())).containsExactly("psql");
        assertThat(server.sql("copy", "SELECT count(*), sum(g) FROM t")).isEqualTo("4000|8002000");
    }

    @Test
    void theNextWayIsTakenWhereOneLeadsElsewhere() {
        assertThat(restore(List.of(impostor.port()), List.of(HostPostgres.HOST)))
                .containsExactly("this process");
        assertThat(server.sql("copy", "SELECT count(*), sum(g) FROM t")).isEqualTo("4000|8002000");
    }

    @Test
    void aStatementAfterTheLoadChangesWhatWasLoadedAndNothingElse() {
        assertThat(restore(List.of(impostor.port()), List.of(), "DELETE FROM t WHERE g > 10"))
                .isNotEmpty();
        assertThat(server.sql("copy", "SELECT count(*) FROM t")).isEqualTo("10");
    }
}
