package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupRef;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.status.ProjectStatus;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that is nothing like PostgreSQL has room: many entries, many threads, facts of its own, no SQL. */
class OtherEngineTest {
    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final CodeB codeb = CodeB.builder()
            .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
            .storage(new InMemoryStorageProvider())
            .engine(cards)
            .listener(heard::add)
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
        assertThat(cards.given).isEqualTo(Cards.FACTS);
        Manifest manifest = codeb.catalog().read(backup.id());
        assertThat(manifest.entries()).extracting(Entry::name).isSorted().hasSize(40);
        assertThat(codeb.catalog().verify(backup.id()).ok()).isTrue();
    }

    @Test
    void aVerificationEndsWithAsManyPlainBytesAsItsProgressTells() {
        cards.decks.put("deck", "cards of a deck\n".repeat(1_000));
        BackupResult backup = codeb.backups().run("shop");
        VerifyReport report = codeb.catalog().verify(backup.id());
        codeb.close();

        assertThat(report.bytesRead()).isEqualTo(backup.manifest().storedSize());
        assertThat(heard).last().isInstanceOfSatisfying(Event.Finished.class, event -> assertThat(event.bytes())
                .isEqualTo(backup.manifest().rawSize()));
        assertThat(heard)
                .filteredOn(event -> event.run().operation() == Operation.VERIFY && event instanceof Event.Progress)
                .extracting(event -> (Event.Progress) event)
                .allSatisfy(progress -> {
                    assertThat(progress.totalBytes())
                            .isEqualTo(backup.manifest().rawSize());
                    assertThat(progress.allBytes()).isEqualTo(progress.totalBytes());
                    assertThat(progress.doneBytes()).isEqualTo(progress.bytes());
                });
    }

    @Test
    void whatOneThreadCannotWriteIsNoBackup() {
        IntStream.range(0, 8).forEach(i -> cards.decks.put("deck-" + i, "cards"));
        cards.refused = "deck-5";

        assertThatThrownBy(() -> codeb.backups().run("shop"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_FAILED));

        assertThat(codeb.catalog().list("shop")).isEmpty();
        assertThat(codeb.status().all()).singleElement().satisfies(status -> assertThat(status.state())
                .isEqualTo(ProjectStatus.State.FAILED));
    }

    @Test
    void whileABackupIsMadeNoneIsDeleted() {
        cards.decks.put("deck", "cards");
        BackupRef first = codeb.backups().run("shop").ref();
        List<Throwable> refusals = new ArrayList<>();
        cards.meanwhile =
                () -> refusals.add(catchThrowable(() -> codeb.catalog().delete(first)));

        BackupRef second = codeb.backups().run("shop").ref();

        assertThat(refusals).singleElement().isInstanceOfSatisfying(LockedException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.LOCKED));
        assertThat(codeb.catalog().list("shop")).extracting(Backup::ref).containsExactlyInAnyOrder(first, second);
        codeb.catalog().delete(first);
        assertThat(codeb.catalog().list("shop")).extracting(Backup::ref).containsExactly(second);
    }

    @Test
    void aCheckTellsOfEachWhatWasProven() {
        CheckReport report = codeb.check();

        report.requireOk();
        assertThat(report.ok()).isTrue();
        assertThat(report.subjects())
                .extracting(CheckReport.Subject::name)
                .containsExactly("repository default", "project shop");
        assertThat(report.subjects().get(1).proven()).containsExactly("there are 0 decks");
        assertThat(codeb.catalog().projects()).isEmpty();
    }

    @Test
    void aCheckTellsWhatIsWrongAndTriesTheRest() {
        cards.decks.put("deck-5", "cards");
        cards.refused = "deck-5";

        CheckReport report = codeb.check();

        assertThat(report.ok()).isFalse();
        assertThat(report.subjects().get(0).failure()).isEmpty();
        assertThat(report.subjects().get(1).failure().orElseThrow().code()).isEqualTo(ErrorCode.AUTH_FAILED);
        ConfigException refusal = catchThrowableOfType(ConfigException.class, report::requireOk);
        assertThat(refusal.code()).isEqualTo(ErrorCode.CHECK_FAILED);
        assertThat(refusal)
                .hasMessageContaining("project shop")
                .hasMessageContaining("deck-5")
                .hasMessageContaining("ask its owner");
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
}
