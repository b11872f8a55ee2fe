package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CheckFailedException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.model.BackupId;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands in the way of a backup or a restore is told before anything of it is written. */
class PreflightTest {
    private static final long DECK_BYTES = 1_000;

    private final Cards cards = new Cards();
    private final String name = UUID.randomUUID().toString();
    private FaultyStorage storage = FaultyStorage.around(InMemoryStorageProvider.open(name));
    private Instant now = Instant.parse("2026-02-01T00:00:00Z");
    private final Project shop = Project.of("cards", "shop").server("localhost", 1);
    private CodeB codeb = of(shop);

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "x".repeat((int) DECK_BYTES));
    }

    @AfterEach
    void close() {
        codeb.close();
        InMemoryStorageProvider.forget(name);
    }

    private CodeB of(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at("cupboard:top").uncompressed())
                .storage(new StorageProvider() {
                    @Override
                    public String id() {
                        return "cupboard";
                    }

                    @Override
                    public StorageBackend create(ProviderConfig config) {
                        storage = FaultyStorage.around(InMemoryStorageProvider.open(name));
                        return storage;
                    }
                })
                .engine(cards)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .project(project)
                .build();
    }

    private static Finding found(Severity severity) {
        return new Finding("sticky-cards", severity, "3 cards", "0 cards", "three cards stick", "wash them");
    }

    private void finds(Finding... findings) {
        cards.found = DumpCheck.of(List.of(findings)).withSizes(52, 0, DECK_BYTES);
    }

    private Finding finding(String id) {
        return codeb.check(BackupRequest.of("shop")).findings().stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anErrorStopsTheBackupBeforeAnythingOfItIsWritten() {
        finds(found(Severity.ERROR));

        CheckFailedException failure = catchThrowableOfType(
                CheckFailedException.class, () -> codeb.backups().run("shop"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CHECK_FAILED);
        assertThat(failure).hasMessageContaining("backup of shop was not begun: three cards stick [sticky-cards]");
        assertThat(failure.hint()).isEqualTo("wash them");
        assertThat(failure.findings()).contains(found(Severity.ERROR));
        assertThat(storage.list(""))
                .extracting(object -> object.key().value())
                .containsExactly("shop/state/backup-failed");
    }

    @Test
    void theSameIsToldWithoutTheBackup() {
        finds(found(Severity.ERROR), found(Severity.INFO));

        PreflightReport report = codeb.check(BackupRequest.of("shop"));

        assertThat(report.ok()).isFalse();
        assertThat(report.at(Severity.ERROR)).containsExactly(found(Severity.ERROR));
        assertThatThrownBy(report::requireOk)
                .isInstanceOf(CheckFailedException.class)
                .hasMessageContaining("sticky-cards");
        assertThat(storage.list("")).isEmpty();
    }

    @Test
    void aWarningIsANoticeOfTheBackup() {
        finds(found(Severity.WARNING));

        assertThat(codeb.backups().run("shop").notices())
                .containsExactly(new Notice("sticky-cards", "three cards stick; wash them"));
        assertThat(codeb.check(BackupRequest.of("shop")).ok()).isTrue();
    }

    @Test
    void whatIsLoweredToAWarningIsANoticeAndToAnInformationIsNothing() {
        finds(found(Severity.ERROR));

        assertThat(codeb.backups()
                        .run(BackupRequest.of("shop").lower("sticky-cards", Severity.WARNING))
                        .notices())
                .extracting(Notice::id)
                .containsExactly("sticky-cards");
        assertThat(codeb.backups()
                        .run(BackupRequest.of("shop").lower("sticky-cards", Severity.INFO))
                        .notices())
                .isEmpty();
        assertThatThrownBy(() -> codeb.backups().run(BackupRequest.of("shop").lower("other-cards", Severity.INFO)))
                .isInstanceOf(CheckFailedException.class);
    }

    @Test
    void aRequestGoesBeforeItsProject() {
        finds(found(Severity.ERROR));
        codeb.close();
        codeb = of(shop.lower("sticky-cards", Severity.INFO));

        assertThat(codeb.check(BackupRequest.of("shop")).ok()).isTrue();
        assertThat(codeb.check(BackupRequest.of("shop").lower("sticky-cards", Severity.ERROR))
                        .ok())
                .isFalse();
    }

    @Test
    void whatCannotBeReachedIsAFindingToo() {
        cards.refused = "deck";

        PreflightReport report = codeb.check(BackupRequest.of("shop"));

        assertThat(report.at(Severity.ERROR)).singleElement().satisfies(finding -> {
            assertThat(finding.id()).isEqualTo("auth-failed");
            assertThat(finding.message()).contains("deck deck is not to be read");
            assertThat(finding.whatToDo()).isEqualTo("ask its owner");
        });
    }

    @Test
    void aStorageWithoutRoomForWhatTheEngineExpectsStopsTheBackup() {
        finds();
        storage.withFreeBytes(DECK_BYTES - 1);

        CheckFailedException failure = catchThrowableOfType(
                CheckFailedException.class, () -> codeb.backups().run("shop"));

        assertThat(failure.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo("storage-space");
                    assertThat(finding.measured()).isEqualTo("999 bytes");
                    assertThat(finding.threshold()).isEqualTo("1000 bytes");
                });
        storage.withFreeBytes(DECK_BYTES);
        assertThat(codeb.backups().run("shop").notices()).isEmpty();
    }

    @Test
    void howMuchRoomABackupTakesIsLearnedFromEarlierOnes() {
        storage.withFreeBytes(1_000_000);
        finds();
        codeb.backups().run("shop");

        // The database of 52 bytes gave 1000 of them; now it is ten times as large.
        cards.found = DumpCheck.of(List.of()).withSizes(520, 0, DECK_BYTES);

        assertThat(finding("storage-space").threshold()).isEqualTo("10000 bytes");
        storage.withFreeBytes(9_999);
        assertThat(finding("storage-space").severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void whatAnEmptyDatabaseTakesIsInNoBackup() {
        storage.withFreeBytes(1_000_000);
        finds();
        codeb.backups().run("shop");

        cards.found = DumpCheck.of(List.of()).withSizes(92, 12, DECK_BYTES);
        assertThat(finding("storage-space").threshold()).isEqualTo("2000 bytes");

        // Of one that was hardly more than empty nothing can be told.
        cards.found = DumpCheck.of(List.of()).withSizes(92, 50, DECK_BYTES);
        assertThat(finding("storage-space").message()).contains("before any compression");
    }

    @Test
    void nothingIsLearnedFromBackupsOfAnotherKind() {
        storage.withFreeBytes(1_000_000);
        finds();
        codeb.backups().run("shop");

        PreflightReport report = codeb.check(BackupRequest.of("shop").dataOnly());

        assertThat(report.findings())
                .filteredOn(finding -> finding.id().equals("storage-space"))
                .extracting(Finding::threshold)
                .containsExactly("1000 bytes");
    }

    @Test
    void howOldTheLastBackupIsIsToldAndAWarningWhereItIsTooOld() {
        assertThat(finding("last-backup").severity()).isEqualTo(Severity.INFO);
        codeb.backups().run("shop");

        after(Duration.ofHours(26));
        assertThat(finding("last-backup").severity()).isEqualTo(Severity.INFO);
        assertThat(finding("last-backup").measured()).isEqualTo("93600 s");

        after(Duration.ofSeconds(1));
        assertThat(finding("last-backup").severity()).isEqualTo(Severity.WARNING);
        assertThat(finding("last-backup").threshold()).isEqualTo("93600 s");
    }

    private void after(Duration time) {
        now = now.plus(time);
        codeb.close();
        codeb = of(shop.maxBackupAge(Duration.ofHours(26)));
    }

    @Test
    void earlierBackupsThatCannotBeReadKeepNobodyFromTheNext() {
        codeb.backups().run("shop");
        finds();
        storage.with(StorageFault.fail(StorageCall.CHILDREN).always());

        assertThat(codeb.backups().run("shop").notices()).extracting(Notice::id).containsExactly("storage-unread");
    }

    private void findsAtRestore(Finding... findings) {
        cards.foundAtRestore = RestoreCheck.of(List.of(findings));
    }

    /** A request whose restore would show in the decks. */
    private RestoreRequest restore() {
        cards.decks.put("deck", "dealt");
        RestoreRequest request = RestoreRequest.of(codeb.backups().run("shop").id());
        cards.decks.put("deck", "played");
        return request;
    }

    @Test
    void anErrorStopsTheRestoreAndIsToldWithoutItToo() {
        RestoreRequest request = restore();
        findsAtRestore(found(Severity.ERROR));

        assertThat(codeb.check(request).at(Severity.ERROR)).containsExactly(found(Severity.ERROR));
        assertThatThrownBy(() -> codeb.restores().run(request))
                .isInstanceOf(CheckFailedException.class)
                .hasMessageContaining("to database shop of shop was not begun: three cards stick [sticky-cards]");
        assertThat(cards.decks).containsEntry("deck", "played");
    }

    @Test
    void aWarningIsANoticeOfTheRestoreAndWhatIsLoweredIsLowered() {
        RestoreRequest request = restore();
        findsAtRestore(found(Severity.ERROR));

        assertThat(codeb.restores()
                        .run(request.lower("sticky-cards", Severity.WARNING))
                        .notices())
                .containsExactly(new Notice("sticky-cards", "three cards stick; wash them"));
        assertThat(codeb.restores()
                        .run(request.lower("sticky-cards", Severity.INFO))
                        .notices())
                .isEmpty();
        assertThat(cards.decks).containsEntry("deck", "dealt");
    }

    @Test
    void anEngineThatLooksAtNothingKeepsNobodyFromProvingTheBackupFirst() {
        RestoreRequest request = restore().verifyingFirst();
        assertThat(codeb.check(request).ok()).isTrue();
        storage.with(StorageFault.flipReadAt(0, 0)
                .ofKeys(key -> key.value().contains("/data/"))
                .always());

        assertThat(codeb.check(request).at(Severity.ERROR))
                .extracting(Finding::id)
                .containsExactly("backup-damaged");
        assertThatThrownBy(() -> codeb.restores().run(request)).isInstanceOf(CheckFailedException.class);
        assertThat(cards.decks).containsEntry("deck", "played");
    }

    @Test
    void aBackupThatIsNotThereIsAFindingAndAProjectThatIsNotThereIsNone() {
        RestoreRequest request = restore();
        assertThat(codeb.check(request.onProject("shop")).ok()).isTrue();
        assertThatThrownBy(() -> codeb.check(request.onProject("shed"))).isInstanceOf(ConfigException.class);

        RestoreRequest missing = RestoreRequest.of(BackupId.create(now, new SecureRandom()));
        assertThat(codeb.check(missing).at(Severity.ERROR))
                .extracting(Finding::id)
                .containsExactly("backup-not-found");
    }
}
