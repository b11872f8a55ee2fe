package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.codeb.MirrorStatus;
import io.codeb.Project;
import io.codeb.alert.Alerts;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of what runs report, and of what is seen. */
class WatchTest {
    private static final Instant START = Instant.parse("2026-01-20T03:04:05Z");
    private static final String SHA = "0".repeat(64);

    private final Standing shop = new Standing();
    private final Time time = new Time();
    private final List<Alert> told = new ArrayList<>();

    @TempDir
    private Path directory;

    private static final class Time extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** How a project stands, as it is said. */
    private static final class Standing implements Circumstances {
        private final List<Manifest> newest = new ArrayList<>();
        private final List<MirrorStatus> mirrors = new ArrayList<>();
        private OptionalLong free = OptionalLong.empty();
        private @Nullable CodeBException trouble;
        private @Nullable CodeBException keyTrouble;

        @Override
        public Collection<Project> projects() {
            return List.of(Project.postgresql("shop").maxBackupAge(Duration.ofHours(26)));
        }

        @Override
        public List<Manifest> newest(String project, int most) {
            if (trouble != null) {
                throw trouble;
            }
            return newest.stream().limit(most).toList();
        }

        @Override
        public OptionalLong freeBytes() {
            return free;
        }

        @Override
        public List<MirrorStatus> mirrors(String project) {
            return mirrors;
        }

        @Override
        public void requireKey(Manifest backup) {
            if (keyTrouble != null) {
                throw keyTrouble;
            }
        }
    }

    private static Manifest backup(Instant at, long size, String... recipients) {
        return new Manifest(
                1,
                recipients.length == 0 ? List.of() : List.of(Manifest.ENCRYPTION),
                new BackupId("20260120T030405Z-k3f7q2x7"),
                "shop",
                Optional.empty(),
                "codeb test",
                at,
                at,
                new Manifest.EngineFacts("postgresql", "sql", new ServerVersion("15.18", 15, 18), "15", Facts.NONE),
                Selection.EVERYTHING,
                new Manifest.DatabaseSummary("shop", size),
                List.of(),
                List.of(new Entry("dump.sql", EntryKind.DUMP, Map.of(), List.of("zstd"), size, SHA, size, SHA)),
                Map.of(),
                List.of(recipients));
    }

    private Watch watch(Alerts alerts) {
        return new Watch(alerts, shop, time, new Texts(Locale.ENGLISH), told::add);
    }

    private static Event.Run run(Operation operation) {
        return new Event.Run("7", operation, "default", "shop", "shop", null);
    }

    private static Event failed(Operation operation, ErrorCode code) {
        return new Event.Failed(run(operation), START, "dump", code, "it does not go", "mend it");
    }

    private static Event finished(Operation operation) {
        return new Event.Finished(run(operation), START, 10, 5, 3, Duration.ofSeconds(9));
    }

    private void assertTold(Object... kindsAndStates) {
        List<Object> heard = told.stream()
                .filter(alert -> alert.kind() != AlertKind.BACKUP_MADE)
                .<Object>mapMulti((alert, next) -> {
                    next.accept(alert.kind());
                    next.accept(alert.state());
                })
                .toList();
        assertThat(heard).containsExactly(kindsAndStates);
        told.clear();
    }

    @Test
    void aBackupThatFailsIsToldOnceAndThatItWorksAgainToo() {
        Watch watch = watch(Alerts.none());

        watch.on(failed(Operation.BACKUP, ErrorCode.STORAGE_FULL));
        assertThat(told.get(0).text())
                .contains("it does not go")
                .contains("mend it")
                .contains("STORAGE_FULL");
        watch.on(failed(Operation.BACKUP, ErrorCode.SERVER_UNREACHABLE));
        assertTold(AlertKind.BACKUP_FAILED, Alert.State.RAISED);

        time.now = START.plus(Duration.ofDays(1));
        watch.on(failed(Operation.BACKUP, ErrorCode.STORAGE_FULL));
        assertTold(AlertKind.BACKUP_FAILED, Alert.State.LASTING);

        watch.on(finished(Operation.BACKUP));
        watch.on(finished(Operation.BACKUP));
        assertThat(told)
                .extracting(Alert::kind)
                .filteredOn(AlertKind.BACKUP_MADE::equals)
                .hasSize(2);
        assertTold(AlertKind.BACKUP_FAILED, Alert.State.OVER);
    }

    @Test
    void whatWasCancelledHasNotFailedAndWhatFailsElsewhereIsNoBackup() {
        Watch watch = watch(Alerts.none());

        watch.on(failed(Operation.BACKUP, ErrorCode.CANCELLED));
        watch.on(failed(Operation.RESTORE, ErrorCode.SQL_FAILED));
        watch.on(failed(Operation.EXPORT, ErrorCode.STORAGE_UNAVAILABLE));
        watch.on(new Event.Started(run(Operation.BACKUP), START));

        assertTold();
    }

    @Test
    void aPruneThatFailsIsTold() {
        Watch watch = watch(Alerts.none());

        watch.on(failed(Operation.PRUNE, ErrorCode.STORAGE_FAILED));
        watch.on(finished(Operation.BACKUP));
        watch.on(finished(Operation.PRUNE));

        assertTold(AlertKind.PRUNE_FAILED, Alert.State.RAISED, AlertKind.PRUNE_FAILED, Alert.State.OVER);
    }

    @Test
    void aDrillThatFailsIsTold() {
        Watch watch = watch(Alerts.none());

        watch.on(failed(Operation.DRILL, ErrorCode.RESTORE_DIFFERS));
        watch.on(finished(Operation.BACKUP));
        watch.on(finished(Operation.DRILL));

        assertTold(AlertKind.DRILL_FAILED, Alert.State.RAISED, AlertKind.DRILL_FAILED, Alert.State.OVER);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"KEY_WRONG", "SIGNATURE_WRONG", "AUTH_FAILED", "STORAGE_DENIED"})
    void aKeyThatDoesNotDoIsTold(ErrorCode code) {
        Watch watch = watch(Alerts.none());

        watch.on(failed(Operation.VERIFY, code));
        watch.on(finished(Operation.BACKUP));
        watch.on(finished(Operation.VERIFY));

        assertTold(AlertKind.KEY_TROUBLE, Alert.State.RAISED, AlertKind.KEY_TROUBLE, Alert.State.OVER);
    }

    @Test
    void whoHasNoRecentBackupIsLateUntilThereIsOne() {
        Watch watch = watch(Alerts.none());
        assertThat(watch.check(new Cancellation())).extracting(Alert::kind).containsExactly(AlertKind.BACKUP_LATE);
        assertTold(AlertKind.BACKUP_LATE, Alert.State.RAISED);

        shop.newest.add(backup(START, 5));
        assertThat(watch.check(new Cancellation())).isEmpty();
        assertTold(AlertKind.BACKUP_LATE, Alert.State.OVER);

        time.now = START.plus(Duration.ofHours(26));
        watch.check(new Cancellation());
        assertTold();
        time.now = time.now.plusMillis(1);
        watch.check(new Cancellation());
        assertThat(told.get(0).text()).contains("2026-01-20T03:04:05Z");
        assertTold(AlertKind.BACKUP_LATE, Alert.State.RAISED);
    }

    @Test
    void anUnusualSizeIsToldAfterTheBackup() {
        Watch watch = watch(Alerts.none());
        for (int i = 1; i <= 10; i++) {
            shop.newest.add(backup(START.minus(Duration.ofDays(i)), 1_000 + i));
        }

        shop.newest.add(0, backup(START, 1_100));
        watch.on(finished(Operation.BACKUP));
        assertTold();
        shop.newest.add(0, backup(START, 100));
        watch.on(finished(Operation.BACKUP));
        assertThat(told).anySatisfy(alert -> assertThat(alert.facts()).containsEntry("verdict", "DROP"));
        assertTold(AlertKind.BACKUP_SIZE, Alert.State.RAISED);
        shop.newest.add(0, backup(START, 1_050));
        watch.on(finished(Operation.BACKUP));
        assertTold(AlertKind.BACKUP_SIZE, Alert.State.OVER);
    }

    @Test
    void backupsOfAnotherKindTellNothingOfTheSize() {
        Watch watch = watch(Alerts.none());
        for (int i = 1; i <= 10; i++) {
            Manifest plain = backup(START.minus(Duration.ofDays(i)), 1_000);
            shop.newest.add(plain);
        }
        Manifest small = backup(START, 10);
        shop.newest.add(
                0,
                new Manifest(
                        small.formatVersion(),
                        small.requires(),
                        small.id(),
                        small.project(),
                        small.base(),
                        small.createdBy(),
                        small.startedAt(),
                        small.finishedAt(),
                        small.engine(),
                        new Selection(Content.SCHEMA_ONLY, List.of(), List.of(), List.of()),
                        small.database(),
                        small.tables(),
                        small.entries(),
                        small.labels(),
                        small.recipients()));

        watch.on(finished(Operation.BACKUP));

        assertTold();
    }

    @Test
    void littleRoomIsTold() {
        Watch watch = watch(Alerts.none().roomFor(2));
        shop.newest.add(backup(START, 100));
        shop.free = OptionalLong.of(200);
        watch.check(new Cancellation());
        assertTold();

        shop.free = OptionalLong.of(199);
        watch.check(new Cancellation());
        watch.on(finished(Operation.BACKUP));
        assertTold(AlertKind.STORAGE_LOW, Alert.State.RAISED);

        shop.free = OptionalLong.of(1_000);
        watch.check(new Cancellation());
        assertTold(AlertKind.STORAGE_LOW, Alert.State.OVER);

        watch(Alerts.none().roomFor(0)).check(new Cancellation());
        assertTold();
    }

    @Test
    void eachMirrorThatLacksSomethingIsTold() {
        Watch watch = watch(Alerts.none());
        shop.newest.add(backup(START, 100));
        BackupRef missing = new BackupRef("default", "shop", new BackupId("20260120T030405Z-k3f7q2x7"));
        shop.mirrors.add(new MirrorStatus("offsite", List.of(missing), null));
        shop.mirrors.add(new MirrorStatus(
                "cellar", List.of(), new StorageException(ErrorCode.STORAGE_UNAVAILABLE, "it is down", "")));

        watch.on(finished(Operation.BACKUP));
        assertThat(told)
                .filteredOn(alert -> alert.kind() == AlertKind.MIRROR_BEHIND)
                .extracting(Alert::subject, alert -> alert.facts().get("message"))
                .containsExactly(tuple("offsite", ""), tuple("cellar", "it is down"));
        told.clear();

        shop.mirrors.set(0, new MirrorStatus("offsite", List.of(), null));
        watch.check(new Cancellation());
        assertTold(AlertKind.MIRROR_BEHIND, Alert.State.OVER);
    }

    @Test
    void whereNobodyCanLookThatIsTold() {
        Watch watch = watch(Alerts.none());
        shop.newest.add(backup(START, 100));
        shop.trouble = new StorageException(ErrorCode.STORAGE_UNAVAILABLE, "it is down", "wait");

        assertThat(watch.check(new Cancellation())).singleElement().satisfies(alert -> assertThat(alert.text())
                .contains("it is down"));
        assertTold(AlertKind.UNKNOWN_STATE, Alert.State.RAISED);

        shop.trouble = null;
        watch.check(new Cancellation());
        assertTold(AlertKind.UNKNOWN_STATE, Alert.State.OVER);
    }

    @Test
    void aKeyThatOpensNothingIsTroubleAndOneThatIsElsewhereIsNot() {
        Watch watch = watch(Alerts.none());
        shop.newest.add(backup(START, 100, SHA));

        shop.keyTrouble = new ConfigException(ErrorCode.KEY_MISSING, List.of("none is here"), "");
        watch.check(new Cancellation());
        assertTold();
        shop.keyTrouble = new IntegrityException(ErrorCode.KEY_WRONG, "it does not open", "");
        watch.check(new Cancellation());
        assertTold(AlertKind.KEY_TROUBLE, Alert.State.RAISED);
        shop.keyTrouble = null;
        watch.check(new Cancellation());
        assertTold(AlertKind.KEY_TROUBLE, Alert.State.OVER);
    }

    @Test
    void aCertificateThatRunsOutIsToldBeforeItDoes() throws Exception {
        shop.newest.add(backup(START, 100));
        Path pem = directory.resolve("store.pem");
        Watch watch = watch(Alerts.none().certificate(pem).beforeExpiry(Duration.ofDays(7)));

        watch.check(new Cancellation());
        assertThat(told.get(0).text()).startsWith("There is no such file.");
        assertTold(AlertKind.CERTIFICATE, Alert.State.RAISED);

        Files.writeString(pem, "no certificate");
        watch.check(new Cancellation());
        assertTold();

        makeCertificate(pem);
        time.now = Instant.now();
        shop.newest.set(0, backup(time.now, 100));
        watch.check(new Cancellation());
        assertTold(AlertKind.CERTIFICATE, Alert.State.OVER);

        time.now = time.now.plus(Duration.ofDays(9));
        shop.newest.set(0, backup(time.now, 100));
        watch.check(new Cancellation());
        assertThat(told.get(0).text()).startsWith("CN=store is good until ");
        assertTold(AlertKind.CERTIFICATE, Alert.State.RAISED);
    }

    /** For ten days. */
    private void makeCertificate(Path pem) throws Exception {
        Path store = directory.resolve("keys.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        for (String words : List.of(
                "-genkeypair -alias store -keyalg EC -dname CN=store -validity 10",
                "-exportcert -rfc -alias store -file " + pem)) {
            List<String> command = new ArrayList<>(List.of(keytool.toString()));
            command.addAll(List.of(words.split(" ", -1)));
            command.addAll(List.of("-keystore", store.toString(), "-storepass", "of the test"));
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .isZero();
        }
    }
}
