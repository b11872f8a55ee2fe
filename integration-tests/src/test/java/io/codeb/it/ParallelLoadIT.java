package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.DumpMode;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.postgresql.PostgresEngineProvider;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.MemoryDump;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pieces of a backup are loaded over several sessions at once, and count only together. */
class ParallelLoadIT {
    private static final int SESSIONS = 3;
    private static final int CHUNK = 16 * 1024;

    private static HostPostgres server;
    private static ContainerRuntime host;
    private static DatabaseEngine engine;
    private static Map<EntrySpec, byte[]> entries;
    private static DumpFacts facts;

    @BeforeAll
    static void dump() {
        server = HostPostgres.start();
        host = Installed.runtime("host", ProviderConfig.of("host"));
        engine = new PostgresEngineProvider()
                .create(ProviderConfig.of("postgresql")
                        .withOption("bulk-table", "0")
                        .withOption("piece", "1")
                        .withOption("workers", Integer.toString(SESSIONS)));
        server.sql("postgres", "CREATE DATABASE app");
        server.sql("app", """
                CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 8) AS v FROM generate_series(1, 20000) g;
                ALTER TABLE big ADD PRIMARY KEY (id);
                CREATE TABLE other (id int PRIMARY KEY, v text);
                CREATE TABLE small AS SELECT 1 + g % 20000 AS big_id FROM generate_series(1, 1000) g;
                ALTER TABLE small ADD FOREIGN KEY (big_id) REFERENCES big;
                CREATE TABLE left_hand AS SELECT g AS id, g AS other FROM generate_series(1, 2000) g;
                CREATE TABLE right_hand AS TABLE left_hand;
                ALTER TABLE left_hand ADD PRIMARY KEY (id);
                ALTER TABLE right_hand ADD PRIMARY KEY (id);
                CREATE FUNCTION meet(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                    WHILE id = 1 AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hold_it')
                        AND current_database() LIKE 'codeb%' AND current_setting('max_connections') <> '9'
                        AND 2 > (SELECT count(*)
                        FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX meet%' AND state = 'active') LOOP
                        PERFORM pg_stat_clear_snapshot(), pg_sleep(0.05);
                        IF clock_timestamp() > now() + interval '60 seconds' THEN
                            RAISE 'nobody else builds an index';
                        END IF;
                    END LOOP;
                    IF id = 1 AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'stop_it') THEN
                        RAISE 'it was told to stop';
                    END IF;
                    PERFORM pg_advisory_xact_lock_shared(4711) FROM pg_roles WHERE rolname = 'hold_it' AND id = 1;
                    PERFORM pg_sleep(0.5) WHERE id = 1;
                    PERFORM pg_sleep(60) FROM pg_roles WHERE rolname = 'stay_there' AND id = 1;
                    RETURN id;
                END $$;
                CREATE INDEX meet_left ON left_hand (meet(id));
                CREATE INDEX meet_right ON right_hand (meet(id));
                DO $$ BEGIN FOR i IN 1..6 LOOP
                    EXECUTE format('CREATE INDEX l%s ON left_hand (other, (id %% %s))', i, i + 1);
                    EXECUTE format('CREATE INDEX r%s ON right_hand (other, (id %% %s))', i, i + 1);
                    EXECUTE format('ALTER TABLE left_hand ADD CONSTRAINT lf%s FOREIGN KEY (other) REFERENCES right_hand', i);
                    EXECUTE format('ALTER TABLE right_hand ADD CONSTRAINT rf%s FOREIGN KEY (other) REFERENCES left_hand', i);
                END LOOP; END $$;
                """);
        MemoryEntries memory = new MemoryEntries();
        facts = engine.dump(
                target("app"),
                DumpSpec.of(Selection.EVERYTHING).withMode(DumpMode.PARALLEL),
                memory,
                new Cancellation());
        entries = memory.bytes();
        assertThat(entries.keySet())
                .filteredOn(entry -> isOfBig(entry.attributes()))
                .as("pieces of the large table")
                .hasSizeGreaterThan(SESSIONS);
    }

    @AfterAll
    static void stop() {
        host.close();
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        server.sql("postgres", "DROP DATABASE IF EXISTS copy");
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private static DatabaseTarget target(String database) {
        return target(database, HostPostgres.HOST);
    }

    private static DatabaseTarget target(String database, String at) {
        return target(server, database, at);
    }

    private static DatabaseTarget target(HostPostgres server, String database, String at) {
        ToolHost tools =
                ToolHost.of(host, "host").withDirectory(server.programs().toString());
        return ServerTarget.of(tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                .withHost(at)
                .database(database);
    }

    private static boolean isOfBig(Map<String, String> attributes) {
        return "big".equals(attributes.get("table"));
    }

    /** Keeps what is dumped, by many threads. */
    private static class MemoryEntries implements DumpOutput {
        private final Map<String, EntrySpec> specs = new ConcurrentSkipListMap<>();
        private final Map<String, RecordingSink> sinks = new ConcurrentSkipListMap<>();

        @Override
        public void startOver() {
            specs.clear();
            sinks.clear();
        }

        @Override
        public EntrySink open(EntrySpec entry) {
            RecordingSink sink = new RecordingSink();
            specs.put(entry.name(), entry);
            sinks.put(entry.name(), sink);
            return new EntrySink() {
                @Override
                public void write(ByteBuffer src) {
                    sink.write(src);
                }

                @Override
                public void rows(long count) {}

                @Override
                public void finish() {
                    sink.finish();
                }

                @Override
                public void abort(Throwable cause) {
                    sink.abort(cause);
                }

                @Override
                public void close() {
                    sink.close();
                }
            };
        }

        Map<EntrySpec, byte[]> bytes() {
            Map<EntrySpec, byte[]> all = new TreeMap<>(Comparator.comparing(EntrySpec::name));
            specs.forEach((name, spec) -> all.put(spec, sinks.get(name).bytes()));
            return all;
        }
    }

    /** Hears that a piece of the large table is read, before each chunk of it. */
    private interface Reading {
        void chunk(String entry, int number);
    }

    /** What was dumped, as somebody else may have made it of that. */
    private static class Input implements RestoreInput {
        private final Map<String, byte[]> bytes = new TreeMap<>();
        private final List<EntryFacts> facts = new ArrayList<>();
        private final Reading reading;

        Input(Reading reading, UnaryOperator<String> forgery) {
            this.reading = reading;
            boolean forged = false;
            for (Map.Entry<EntrySpec, byte[]> entry : entries.entrySet()) {
                EntrySpec spec = entry.getKey();
                byte[] content = entry.getValue();
                if (!forged && isOfBig(spec.attributes())) {
                    String text = forgery.apply(new String(content, StandardCharsets.UTF_8));
                    content = text.getBytes(StandardCharsets.UTF_8);
                    forged = true;
                }
                bytes.put(spec.name(), content);
                facts.add(new EntryFacts(spec.name(), spec.kind(), spec.attributes(), content.length));
            }
        }

        @Override
        public List<EntryFacts> entries() {
            return List.copyOf(facts);
        }

        @Override
        public ByteSource open(EntryFacts entry) {
            BytesSource source = BytesSource.of(bytes.get(entry.name())).inChunksOf(CHUNK);
            return new ByteSource() {
                private int chunks;

                @Override
                public int read(ByteBuffer dst) {
                    if (isOfBig(entry.attributes())) {
                        reading.chunk(entry.name(), chunks++);
                    }
                    return source.read(dst);
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        @Override
        public void progress(EntryFacts entry, long rows) {}
    }

    private static RestoreFacts restore(RestoreMode mode, RestoreInput input, Cancellation cancellation) {
        return engine.restore(target("copy"), RestoreSpec.of(mode, facts), input, cancellation);
    }

    /** How many of the sessions that fill the large table come over the network, and how many by the socket. */
    private static String fillers() {
        return server.sql(
                "postgres",
                "SELECT count(client_addr) || ' ' || count(*) - count(client_addr) FROM pg_stat_activity"
                        + " WHERE query LIKE 'COPY %big%' AND pid <> pg_backend_pid()");
    }

    private static CodeBException failure(Reading reading, UnaryOperator<String> forgery) {
        CodeBException failure = catchThrowableOfType(
                CodeBException.class, () -> restore(RestoreMode.NEW, new Input(reading, forgery), new Cancellation()));
        assertThat(failure).as("what it fails with").isNotNull();
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"))
                .isEqualTo("0");
        return failure;
    }

    private static ErrorCode forged(UnaryOperator<String> forgery) {
        return failure((entry, chunk) -> {}, forgery).code();
    }

    /** Fails for whoever opens a piece first, and keeps all others until they are told to end. */
    private static void failOrWait(EntryKind kind, AtomicBoolean failed, Cancellation other) {
        if (kind == EntryKind.PIECE) {
            if (failed.compareAndSet(false, true)) {
                throw new IntegrityException(ErrorCode.CORRUPT, "the first piece is torn", "try another copy");
            }
            other.pause(Duration.ofHours(1));
        }
    }

    @Test
    @Timeout(60)
    void aPieceThatCannotBeWrittenEndsWhatTheWritersOfOthersWaitFor() {
        AtomicBoolean failed = new AtomicBoolean();
        DumpOutput output = new MemoryEntries() {
            @Override
            public EntrySink open(EntrySpec entry, Cancellation writer) {
                failOrWait(entry.kind(), failed, writer);
                return open(entry);
            }
        };
        DumpSpec spec = DumpSpec.of(Selection.EVERYTHING).withMode(DumpMode.PARALLEL);
        assertThat(catchThrowableOfType(
                        CodeBException.class, () -> engine.dump(target("app"), spec, output, new Cancellation())))
                .hasMessageContaining("the first piece is torn");
    }

    @Test
    @Timeout(60)
    void aPieceThatCannotBeReadEndsWhatTheReadersOfOthersWaitFor() {
        AtomicBoolean failed = new AtomicBoolean();
        RestoreInput input = new Input((entry, chunk) -> {}, UnaryOperator.identity()) {
            @Override
            public ByteSource open(EntryFacts entry, Cancellation reader) {
                failOrWait(entry.kind(), failed, reader);
                return open(entry);
            }
        };
        assertThat(catchThrowableOfType(
                        CodeBException.class, () -> restore(RestoreMode.NEW, input, new Cancellation())))
                .hasMessageContaining("the first piece is torn");
    }

    @Test
    void piecesAreReadAtTheSameTimeAndAllOfItComesBack() {
        CyclicBarrier together = new CyclicBarrier(SESSIONS);
        Set<String> waited = ConcurrentHashMap.newKeySet();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Reading reading = (entry, chunk) -> {
            if (chunk == 1 && waited.size() < SESSIONS && waited.add(entry)) {
                await(together);
                seen.add(fillers());
            }
        };

        RestoreFacts restored = restore(RestoreMode.NEW, new Input(reading, text -> text), new Cancellation());

        assertThat(seen).as("connections of this process").allMatch(fillers -> fillers.endsWith(" 0"));
        assertThat(restored.tables()).isEqualTo(facts.tables());
        assertThat(server.contentInAnyOrder("copy").equals(server.contentInAnyOrder("app")))
                .as("what came back is what was there")
                .isTrue();
    }

    @Test
    void whatIsBuiltOfTheRowsAndComparedIsToldWhenAllAreRead() {
        List<String> heard = new CopyOnWriteArrayList<>();
        Input input = new Input((entry, chunk) -> heard.add("rows"), text -> text) {
            @Override
            public void stage(String name) {
                heard.add(name);
            }
        };

        restore(RestoreMode.NEW, input, new Cancellation());

        assertThat(heard).filteredOn(what -> !what.equals("rows")).containsExactly("build", "compare");
        assertThat(heard).startsWith("rows").endsWith("build", "compare");
    }

    @Test
    void wherePsqlAloneReachesTheServerItLoadsThem() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Reading reading = (entry, chunk) -> {
            if (chunk == 5) {
                seen.add(fillers());
            }
        };

        engine.restore(
                target("copy", server.sockets().toString()),
                RestoreSpec.of(RestoreMode.NEW, facts),
                new Input(reading, text -> text),
                new Cancellation());

        assertThat(seen).isNotEmpty().allMatch(fillers -> fillers.startsWith("0 "));
        assertThat(server.contentInAnyOrder("copy").equals(server.contentInAnyOrder("app")))
                .as("what came back is what was there")
                .isTrue();
    }

    private static final String DEFINITIONS =
            "SELECT string_agg(d, E'\\n' ORDER BY d) FROM (SELECT indexdef AS d FROM pg_indexes"
                    + " WHERE schemaname = 'public'"
                    + " UNION ALL SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint"
                    + " WHERE connamespace = 'public'::regnamespace) AS all_of_them";

    @Test
    void indexesAndForeignKeysOfTablesThatReferToEachOtherAreBuiltInSeveralSessions() {
        restore(RestoreMode.NEW, new Input((entry, chunk) -> {}, text -> text), new Cancellation());

        assertThat(server.sql("copy", DEFINITIONS)).isEqualTo(server.sql("app", DEFINITIONS));
    }

    @Test
    void indexesAreBuiltInSeveralSessionsBehindAScriptToo() {
        server.sql("postgres", "CREATE DATABASE plain");
        try {
            server.sql("plain", """
                    CREATE FUNCTION meet(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                        WHILE id = 1 AND current_database() LIKE 'codeb%' AND 2 > (SELECT count(*)
                            FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX meet%' AND state = 'active') LOOP
                            PERFORM pg_stat_clear_snapshot(), pg_sleep(0.05);
                            IF clock_timestamp() > now() + interval '60 seconds' THEN
                                RAISE 'nobody else builds an index';
                            END IF;
                        END LOOP;
                        PERFORM pg_sleep(0.5) WHERE id = 1;
                        RETURN id;
                    END $$;
                    CREATE TABLE one AS SELECT g AS id FROM generate_series(1, 100000) g;
                    CREATE TABLE two AS TABLE one;
                    CREATE INDEX meet_one ON one (meet(id));
                    CREATE INDEX meet_two ON two (meet(id));
                    ALTER TABLE one ADD PRIMARY KEY (id);
                    ALTER TABLE two ADD FOREIGN KEY (id) REFERENCES one;
                    """);
            MemoryDump script = MemoryDump.taking();
            DumpFacts made = engine.dump(
                    target("plain"),
                    DumpSpec.of(Selection.EVERYTHING).withMode(DumpMode.SQL),
                    script,
                    new Cancellation());

            RestoreFacts restored = engine.restore(
                    target("copy"), RestoreSpec.of(RestoreMode.NEW, made), script.asInput(), new Cancellation());

            assertThat(restored.tables()).isEqualTo(made.tables());
            assertThat(server.content("copy").equals(server.content("plain"))).isTrue();
        } finally {
            server.sql("postgres", "DROP DATABASE plain");
        }
    }

    @Test
    void aServerWithRoomForFewSessionsIsLoadedOverThose() {
        try (HostPostgres small = HostPostgres.startWithSettings(
                "-c max_connections=9 -c max_wal_senders=0" + " -c superuser_reserved_connections=0")) {
            List<Connection> others = new ArrayList<>();
            RestoreFacts restored;
            try {
                restored = engine.restore(
                        target(small, "copy", HostPostgres.HOST),
                        RestoreSpec.of(RestoreMode.NEW, facts),
                        new Input((entry, chunk) -> {}, text -> text) {
                            /** Others come behind the look. */
                            @Override
                            public void checked(RestoreCheck check) {
                                for (int i = 0; i < 7; i++) {
                                    others.add(connection(small));
                                }
                            }
                        },
                        new Cancellation());
                for (Connection other : others) {
                    other.close();
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }

            assertThat(restored.tables()).isEqualTo(facts.tables());
            assertThat(small.sql("copy", DEFINITIONS)).isEqualTo(server.sql("app", DEFINITIONS));
        }
    }

    private static Connection connection(HostPostgres server) {
        try {
            return server.connect("postgres");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anIndexThatCannotBeBuiltIsToldAndNothingIsLeft() {
        server.sql("postgres", "CREATE ROLE stop_it");
        try {
            CodeBException failure = failure((entry, chunk) -> {}, text -> text);

            assertThat(failure).hasMessageContaining("it was told to stop").hasMessageContaining("CREATE INDEX meet_");
        } finally {
            server.sql("postgres", "DROP ROLE stop_it");
        }
    }

    @Test
    void aSessionThatTheServerEndsWhileItBuildsEndsAll() {
        CodeBException failure = whileBuilt(
                () -> server.sql("postgres", "SELECT pg_terminate_backend(min(pid))" + BUILDERS),
                () -> failure((entry, chunk) -> {}, text -> text));

        assertThat(failure.code()).isIn(ErrorCode.SERVER_UNREACHABLE, ErrorCode.SQL_FAILED);
    }

    @Test
    void aCancellationWhileIndexesAreBuiltEndsAllSessions() {
        Cancellation cancellation = new Cancellation();
        Input input = new Input((entry, chunk) -> {}, text -> text);
        CancelledException cancelled = whileBuilt(
                () -> cancellation.cancel("enough"),
                () -> catchThrowableOfType(
                        CancelledException.class, () -> restore(RestoreMode.NEW, input, cancellation)));

        assertThat(cancelled).hasMessageContaining("enough");
    }

    /** In a session with the database that is loaded: holds what the builders wait for, and waits for one of them. */
    private static void deadlock(Connection other) {
        try (Statement statement = other.createStatement()) {
            Aftermath.eventually(
                    () -> server.sql(
                            "postgres", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"),
                    "2");
            // Until that one is ended for it.
            statement.execute("LOCK TABLE left_hand IN ACCESS EXCLUSIVE MODE");
            other.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection holder(String database) {
        try {
            Connection holder = server.connect(database);
            try (Statement statement = holder.createStatement()) {
                // The server looks for deadlocks when one has waited for so long: the builders wait first.
                statement.execute("SET deadlock_timeout = '600s'; SELECT pg_advisory_lock(4711)");
            }
            holder.setAutoCommit(false);
            return holder;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anIndexWhoseSessionTheServerEndsForADeadlockIsBuiltAgain() {
        server.sql("postgres", "CREATE ROLE hold_it");
        server.sql("postgres", "ALTER SYSTEM SET deadlock_timeout = '3s'");
        server.sql("postgres", "SELECT pg_reload_conf()");
        AtomicReference<Thread> holding = new AtomicReference<>();
        Reading reading = (entry, chunk) -> {
            if (chunk == 5 && holding.get() == null) {
                synchronized (holding) {
                    if (holding.get() == null) {
                        Connection holder = holder(
                                server.sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'codeb%'"));
                        Thread thread = new Thread(() -> deadlock(holder));
                        thread.start();
                        holding.set(thread);
                    }
                }
            }
        };
        try {
            restore(RestoreMode.NEW, new Input(reading, text -> text), new Cancellation());

            assertThat(server.sql("copy", DEFINITIONS)).isEqualTo(server.sql("app", DEFINITIONS));
            Aftermath.eventually(
                    () -> server.sql("postgres", "SELECT deadlocks FROM pg_stat_database WHERE datname = 'copy'"), "1");
        } finally {
            join(holding.get());
            server.sql("postgres", "ALTER SYSTEM RESET deadlock_timeout");
            server.sql("postgres", "SELECT pg_reload_conf()");
            server.sql("postgres", "DROP ROLE hold_it");
        }
    }

    private static final String BUILDERS = " FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX meet%'"
            + " AND state = 'active' AND datname LIKE 'codeb%'";

    private static void awaitBuilders() {
        Aftermath.eventually(() -> server.sql("postgres", "SELECT count(*)" + BUILDERS), "2");
    }

    /** Does something to the sessions that build, which go on until then. */
    private static <T> T whileBuilt(Runnable what, Supplier<T> work) {
        server.sql("postgres", "CREATE ROLE stay_there");
        Thread thread = new Thread(() -> {
            awaitBuilders();
            what.run();
        });
        thread.start();
        try {
            return work.get();
        } finally {
            join(thread);
            server.sql("postgres", "DROP ROLE stay_there");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("pieces are read one after the other", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void anExistingDatabaseGetsThemInOneSession() {
        server.sql("postgres", "CREATE DATABASE copy");

        restore(RestoreMode.EXISTING, new Input((entry, chunk) -> {}, text -> text), new Cancellation());

        assertThat(server.content("copy").equals(server.content("app")))
                .as("the same, and in the same order")
                .isTrue();
    }

    private static String fillingOther(String piece) {
        String other = piece.replaceFirst("COPY \\S*big\\S* ", "COPY public.other ");
        assertThat(other).isNotEqualTo(piece);
        return other;
    }

    @Test
    void aPieceThatFillsAnotherTableIsRefused() {
        assertThat(forged(ParallelLoadIT::fillingOther)).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aPieceThatFillsTwoTablesIsRefused() {
        assertThat(forged(text -> text + "COPY public.other (id, v) FROM stdin;\n1\tx\n\\.\n"))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aPieceThatDefinesSomethingIsRefused() {
        assertThat(forged(text -> text + "CREATE TABLE public.more (id int);\n"))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aPieceWithASettingThatADriverWouldTakeApartIsRefused() {
        assertThat(forged(text -> "SET application_name = 'codeb-; DROP TABLE other';\n" + text))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aPieceThatReachesBeyondItsDatabaseIsRefused() {
        assertThat(forged(text -> "CREATE ROLE intruder;\n" + text)).isEqualTo(ErrorCode.DUMP_UNSAFE);
        assertThat(forged(text -> text + "\\! true\n")).isEqualTo(ErrorCode.DUMP_UNSAFE);
    }

    @Test
    void aPieceWithMoreOrFewerRowsIsRefused() {
        assertThat(forged(text -> text.replace("\n\\.\n", "\n77777\tx\n\\.\n"))).isEqualTo(ErrorCode.RESTORE_DIFFERS);
        assertThat(forged(text -> text.replaceFirst("(FROM stdin;\n)[^\n]*\n", "$1")))
                .isEqualTo(ErrorCode.RESTORE_DIFFERS);
    }

    @Test
    void aPieceWithoutItsEndIsRefused() {
        assertThat(forged(text -> text.replace("\n\\.\n", "\n"))).isNotNull();
    }

    @Test
    void aPieceWhoseStreamIsCutEndsAll() {
        CodeBException failure = failure(
                (entry, chunk) -> {
                    if (chunk == 5) {
                        throw new IntegrityException(ErrorCode.TRUNCATED, entry + " was cut", "");
                    }
                },
                text -> text);

        assertThat(failure.code()).isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void aSessionThatTheServerEndsInTheMiddleOfAPieceEndsAll() {
        CodeBException failure = failure(
                (entry, chunk) -> {
                    if (chunk == 5) {
                        server.sql(
                                "postgres",
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                        + " WHERE query LIKE 'COPY %big%' AND pid <> pg_backend_pid() LIMIT 1");
                    }
                },
                text -> text);

        assertThat(failure.code()).isIn(ErrorCode.SERVER_UNREACHABLE, ErrorCode.SQL_FAILED);
    }

    @Test
    void aCancellationInTheMiddleOfAPieceEndsAllSessions() {
        Cancellation cancellation = new Cancellation();
        Reading reading = (entry, chunk) -> {
            if (chunk == 5) {
                cancellation.cancel("enough");
            }
        };

        assertThat(catchThrowableOfType(
                        CancelledException.class,
                        () -> restore(RestoreMode.NEW, new Input(reading, text -> text), cancellation)))
                .hasMessageContaining("enough");
    }

    @Test
    void aDatabaseThatIsReplacedStaysAsItWasWhenAPieceFails() {
        server.sql("postgres", "CREATE DATABASE copy");
        server.sql("copy", "CREATE TABLE live AS SELECT 1 AS id");
        Input input = new Input((entry, chunk) -> {}, ParallelLoadIT::fillingOther);

        assertThat(catchThrowableOfType(
                        CodeBException.class, () -> restore(RestoreMode.REPLACING, input, new Cancellation())))
                .isNotNull();

        assertThat(server.sql("copy", "SELECT count(*) FROM live")).isEqualTo("1");
    }
}
