package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.DrillHistory;
import io.codeb.error.ErrorCode;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.InMemoryStorage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What drills have found lies beside the backup, is as old as the last drill, and goes with the backup. */
class DrillNotesTest {
    private static final String PROJECT = "shop";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    private static final BackupId STRANGER = new BackupId("20260102T030405Z-zzzzzzzz");

    private final InMemoryStorage storage = new InMemoryStorage();
    private final BackupStore store =
            BackupStore.of(BackupRepository.at("memory:test"), storage, new Codecs(id -> new NoneCodecProvider()));
    private final Manifest backup = ManifestJsonTest.manifest(List.of(), Map.of());
    private final BackupId id = backup.id();
    private final DrillNotes notes = store.drills();

    @BeforeEach
    void aBackup() {
        try (ProjectLock lock = store.lock(PROJECT, Clock.systemUTC())) {
            store.commit(lock, id, ManifestJson.write(backup));
        }
    }

    private static DrillHistory.Pass pass(Instant at) {
        return new DrillHistory.Pass(at, Duration.ofMillis(1_234), "postgres:17", "sha256:1", "17.5", 3, 2, 42);
    }

    private static DrillHistory.Failure failure(Instant at, ErrorCode code) {
        return new DrillHistory.Failure(at, "load", code);
    }

    private List<ObjectKey> stored() {
        try (var objects = storage.list(PROJECT + "/drills")) {
            return objects.map(object -> object.key()).toList();
        }
    }

    @Test
    void whatADrillFindsIsReadAsItWasWritten() {
        assertThat(notes.find(PROJECT, id)).isEqualTo(DrillHistory.NONE);
        assertThat(notes.ids(PROJECT)).isEmpty();

        notes.passed(PROJECT, id, pass(NOW));
        notes.failed(PROJECT, id, failure(NOW.plusSeconds(9), ErrorCode.IMAGE_NOT_FOUND));

        assertThat(notes.find(PROJECT, id).passed()).contains(pass(NOW));
        assertThat(notes.find(PROJECT, id).failed()).contains(failure(NOW.plusSeconds(9), ErrorCode.IMAGE_NOT_FOUND));
        assertThat(notes.ids(PROJECT)).containsExactly(id);
    }

    @Test
    void theLastDrillCounts() {
        notes.passed(PROJECT, id, pass(NOW));
        notes.failed(PROJECT, id, failure(NOW.plusSeconds(9), ErrorCode.DIGEST_MISMATCH));
        assertThat(notes.find(PROJECT, id).provenAt()).isEmpty();

        notes.passed(PROJECT, id, pass(NOW.plusSeconds(20)));

        assertThat(notes.find(PROJECT, id).provenAt()).contains(NOW.plusSeconds(20));
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAGE_NOT_FOUND", "RUNTIME_UNAVAILABLE", "TARGET_FULL", "KEY_MISSING", "CANCELLED"})
    void aDrillThatCouldNotBeMadeTakesNoProofAway(ErrorCode code) {
        notes.passed(PROJECT, id, pass(NOW));

        notes.failed(PROJECT, id, failure(NOW.plusSeconds(9), code));

        assertThat(notes.find(PROJECT, id).provenAt()).contains(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{\"passed\":{}}",
                "{\"failed\":{\"at\":\"2026-01-02T03:04:05Z\",\"stage\":\"load\",\"code\":\"OF_A_LATER_VERSION\"}}"
            })
    void aNoteThatCannotBeReadProvesNothingAndIsWrittenAnew(String json) {
        storage.put(Layout.drill(PROJECT, id), WriteMode.REPLACE, json.getBytes(UTF_8));
        assertThat(notes.find(PROJECT, id)).isEqualTo(DrillHistory.NONE);

        notes.passed(PROJECT, id, pass(NOW));

        assertThat(notes.find(PROJECT, id).provenAt()).contains(NOW);
    }

    @Test
    void aNoteOfADrillThatComparedNoChecksumsIsRead() {
        String json = """
                {"passed":{"at":"%s","millis":9,"image":"postgres:17","imageId":"sha256:1","server":"17.5","tables":3,\
                "rows":42}}""".formatted(NOW);
        storage.put(Layout.drill(PROJECT, id), WriteMode.REPLACE, json.getBytes(UTF_8));

        assertThat(notes.find(PROJECT, id).passed().orElseThrow().checksums()).isZero();
    }

    @Test
    void aNoteGoesWithItsBackup() {
        notes.passed(PROJECT, id, pass(NOW));

        store.delete(PROJECT, id, LATER);

        assertThat(stored()).isEmpty();
    }

    @Test
    void ofABackupThatWasDeletedMeanwhileNothingComesBack() {
        notes.passed(PROJECT, STRANGER, pass(NOW));

        assertThat(stored()).isEmpty();
    }

    @Test
    void whatADeletionHasLeftIsSweptAndNothingElseIs() {
        notes.passed(PROJECT, id, pass(NOW));
        byte[] note = "{}".getBytes(UTF_8);
        storage.put(Layout.drill(PROJECT, STRANGER), WriteMode.CREATE, note);
        storage.put(Layout.beside(PROJECT, "drills").child("of-a-later-version"), WriteMode.CREATE, note);
        storage.put(Layout.drill(PROJECT, STRANGER).child(STRANGER.value()), WriteMode.CREATE, note);

        assertThat(store.sweep(Duration.ofMinutes(1), LATER).removed())
                .containsExactly(Layout.drill(PROJECT, STRANGER).value());
        assertThat(stored()).hasSize(3);
    }
}
