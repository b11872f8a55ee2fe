package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.Cancellation;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run with a limited bandwidth takes as long as its bytes need, all of its threads together. */
class BandwidthTest {
    private static final int DECKS = 4;
    private static final Duration LEAST = Duration.ofMillis(900);

    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final CodeB codeb = CodeB.builder()
            .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
            .storage(new InMemoryStorageProvider())
            .engine(cards)
            .listener(heard::add)
            .project(Project.of("cards", "shop").server("localhost", 1).bandwidth(Project.LEAST_BANDWIDTH))
            .build();

    @AfterEach
    void close() {
        codeb.close();
    }

    private void deal(int bytes) {
        IntStream.range(0, DECKS).forEach(i -> cards.decks.put("deck-" + i, "x".repeat(bytes)));
    }

    /** All together a second's, and the quarter that may pass at once. */
    private static int bytesOfEach() {
        return (int) (Project.LEAST_BANDWIDTH * 5 / 4) / DECKS;
    }

    @Test
    void aBackupIsNotFasterThanItMayBe() {
        deal(bytesOfEach());
        assertThat(codeb.backups().run("shop").duration()).isGreaterThan(LEAST);
    }

    @Test
    void aRestoreIsNotFasterThanItMayBe() {
        deal(bytesOfEach());
        BackupResult backup = codeb.backups().run("shop");
        assertThat(codeb.restores().run(RestoreRequest.of(backup.id())).duration())
                .isGreaterThan(LEAST);
        codeb.close();

        List<Event.Progress> progress = heard.stream()
                .filter(event -> event.run().operation() == Operation.RESTORE)
                .filter(Event.Progress.class::isInstance)
                .map(Event.Progress.class::cast)
                .toList();
        assertThat(progress)
                .hasSizeGreaterThan(2)
                .allMatch(event -> event.allBytes() == backup.manifest().rawSize())
                .extracting(Event.Progress::doneBytes)
                .isSorted()
                .allMatch(done -> done <= backup.manifest().rawSize())
                .last()
                .as("more than any of the entries has")
                .matches(done -> done > bytesOfEach());
    }

    @Test
    void aBackupThatWouldTakeMinutesIsCancelledInAPause() {
        deal(1 << 22);
        cards.meanwhile = () -> new Thread(() -> cancellation.cancel("enough")).start();
        assertThat(catchThrowableOfType(
                        CancelledException.class, () -> codeb.backups().run(BackupRequest.of("shop"), cancellation)))
                .hasMessageContaining("enough");
    }
}
