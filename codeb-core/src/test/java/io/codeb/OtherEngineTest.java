package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that is nothing like PostgreSQL has room: many entries, many threads, facts of its own, no SQL. */
class OtherEngineTest {
    private static final ServerVersion VERSION = new ServerVersion("7.0", 7, 0);
    private static final Facts FACTS = Facts.of(Map.of("position", 4_000_000_000L, "stacks", List.of("a", "b")));

    private final Cards cards = new Cards();
    private final CodeB codeb = CodeB.builder()
            .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
            .storage(new InMemoryStorageProvider())
            .engine(cards)
            .project(Project.of("cards", "shop").server("localhost", 1))
            .build();

    @AfterEach
    void close() {
        codeb.close();
    }

    @Test
    void whatManyThreadsWriteComesBackToManyThreads() {
        IntStream.range(0, 40).forEach(i -> cards.decks.put("deck-" + i, "cards of deck " + i + "\n".repeat(i)));
        Map<String, String> before = new TreeMap<>(cards.decks);

        BackupResult backup = codeb.backups().run("shop");
        cards.decks.clear();
        codeb.restores().run(RestoreRequest.of(backup.id()));

        assertThat(new TreeMap<>(cards.decks)).isEqualTo(before);
        assertThat(cards.given).isEqualTo(FACTS);
        Manifest manifest = codeb.catalog().show(backup.id());
        assertThat(manifest.entries()).extracting(Entry::name).isSorted().hasSize(40);
        assertThat(codeb.catalog().verify(backup.id()).ok()).isTrue();
    }

    @Test
    void whatOneThreadCannotWriteIsNoBackup() {
        IntStream.range(0, 8).forEach(i -> cards.decks.put("deck-" + i, "cards"));
        cards.refused = "deck-5";

        assertThatThrownBy(() -> codeb.backups().run("shop"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_FAILED));

        assertThat(codeb.catalog().list("shop")).isEmpty();
        assertThat(codeb.catalog().projects()).isEmpty();
    }

    @Test
    void anEngineWithoutSqlIsAskedNoQuery() {
        ConfigException query = catchThrowableOfType(
                ConfigException.class, () -> codeb.databases().query(QueryRequest.of("shop", "SELECT 1")));
        ConfigException tables = catchThrowableOfType(
                ConfigException.class, () -> codeb.databases().tables("shop"));

        assertThat(query).hasMessageContaining("shop").hasMessageContaining("cards");
        assertThat(tables).hasMessage(query.getMessage());
    }

    /** Decks of cards in memory, each of them an entry that a thread of its own writes and reads. */
    private static final class Cards implements DatabaseEngineProvider, DatabaseEngine {
        private final Map<String, String> decks = new ConcurrentSkipListMap<>();
        private volatile String refused = "";
        private volatile @Nullable Facts given;

        @Override
        public String id() {
            return "cards";
        }

        @Override
        public int defaultPort() {
            return 7;
        }

        @Override
        public DatabaseEngine create() {
            return this;
        }

        @Override
        public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
            throw new AssertionError("nobody asked for that");
        }

        @Override
        public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
            decks.entrySet().parallelStream().forEach(deck -> {
                EntrySpec entry =
                        EntrySpec.of("data/" + deck.getKey(), EntryKind.DUMP).with("deck", deck.getKey());
                try (EntrySink sink = output.open(entry)) {
                    if (deck.getKey().equals(refused)) {
                        throw new EngineException(ErrorCode.COMMAND_FAILED, "no way to write this deck", "");
                    }
                    sink.write(ByteBuffer.wrap(deck.getValue().getBytes(UTF_8)));
                    sink.rows(1);
                    sink.finish();
                }
            });
            return DumpFacts.of(
                    new Manifest.EngineFacts("cards", "decks", VERSION, "none", FACTS),
                    Selection.EVERYTHING,
                    new Manifest.DatabaseSummary(target.database(), 52));
        }

        @Override
        public RestoreFacts restore(
                DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
            given = spec.dump() == null ? null : spec.dump().engine().facts();
            Map<String, String> read = new ConcurrentHashMap<>();
            input.entries().parallelStream()
                    .forEach(entry -> read.put(entry.attributes().get("deck"), text(input, entry)));
            decks.putAll(read);
            return new RestoreFacts(VERSION, List.of(), List.of());
        }

        private static String text(RestoreInput input, EntryFacts entry) {
            ByteBuffer content = ByteBuffer.allocate(1_000);
            try (ByteSource source = input.open(entry)) {
                while (source.read(content) != ByteSource.END) {
                    input.progress(entry, 0);
                }
            }
            return new String(content.array(), 0, content.position(), UTF_8);
        }
    }
}
