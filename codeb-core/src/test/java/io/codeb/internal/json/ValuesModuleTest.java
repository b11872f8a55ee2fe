package io.codeb.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.Backup;
import io.codeb.BackupResult;
import io.codeb.DrillHistory;
import io.codeb.DrillResult;
import io.codeb.DumpResult;
import io.codeb.JobRun;
import io.codeb.Pin;
import io.codeb.PruneReport;
import io.codeb.RestoreResult;
import io.codeb.RollbackPreview;
import io.codeb.RollbackResult;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.alert.AlertChannelStatus;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertFailure;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.ServerDatabase;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import io.codeb.retention.RetentionCandidate;
import io.codeb.retention.RetentionPlan;
import io.codeb.retention.RetentionPolicy;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.status.FailedRun;
import io.codeb.status.KnownBackup;
import io.codeb.status.ProjectStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application writes what CodeB answers into JSON of its own, with the modules that its Jackson finds. */
class ValuesModuleTest {
    private static final ObjectMapper MAPPER = new ObjectMapper().findAndRegisterModules();
    private static final BackupId ID = new BackupId("20260102T030405Z-k3f7q2x7");
    private static final BackupRef REF = new BackupRef("offsite", "shop", ID);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ServerVersion SERVER = new ServerVersion("15.18", 15, 18);
    private static final List<TableRows> TABLES = List.of(new TableRows("public", "orders", 3));
    private static final ReplacedDatabase REPLACED = new ReplacedDatabase(
            "copy", "codeb_old_1", "1", Instant.parse("2026-01-02T03:04:05Z"), Instant.parse("2026-01-03T03:04:05Z"));
    private static final List<Notice> NOTICES = List.of(new Notice("row-security", "some rows"));
    private static final Manifest MANIFEST = new Manifest(
            1,
            List.of(),
            ID,
            "shop",
            Optional.of(ID),
            "codeb test",
            NOW,
            NOW.plusSeconds(9),
            new Manifest.EngineFacts(
                    "postgresql", "sql", SERVER, "15.18", Facts.of(Map.of("owner", "app", "sizes", List.of(1L, true)))),
            Selection.EVERYTHING,
            new Manifest.DatabaseSummary("shop", 52),
            TABLES,
            List.of(new Entry(
                    "dump.sql", EntryKind.DUMP, Map.of(), List.of("zstd"), 9, "0".repeat(64), 5, "1".repeat(64))),
            Map.of("deploy", "42"),
            List.of());

    private static final DrillHistory DRILLS = new DrillHistory(
            Optional.of(new DrillHistory.Pass(NOW, Duration.ofSeconds(9), "postgres:17", "sha256:1", "17.5", 3, 2, 42)),
            Optional.of(new DrillHistory.Failure(NOW, "load", ErrorCode.CORRUPT)));

    private static final RetentionPlan PLAN = RetentionPolicy.keep()
            .last(1)
            .plan(
                    List.of(new RetentionCandidate(
                            ID, NOW, 9, Optional.empty(), RetentionCandidate.Standing.PROVEN, true)),
                    NOW);

    private static final Event.Run RUN = new Event.Run("7", Operation.RESTORE, "offsite", "shop", "copy", ID);

    @Test
    void namesAreTexts() throws JsonProcessingException {
        assertThat(MAPPER.writeValueAsString(List.of(ID, REF, new ObjectKey("shop/lock/1"))))
                .isEqualTo("[\"20260102T030405Z-k3f7q2x7\",\"offsite/shop/20260102T030405Z-k3f7q2x7\","
                        + "\"shop/lock/1\"]");
        assertThat(MAPPER.readValue("\"" + ID + "\"", BackupId.class)).isEqualTo(ID);
        assertThat(MAPPER.readValue("\"" + REF + "\"", BackupRef.class)).isEqualTo(REF);
        assertThat(MAPPER.readValue("\"shop/lock/1\"", ObjectKey.class)).isEqualTo(new ObjectKey("shop/lock/1"));
    }

    @Test
    void namesAreKeysOfMapsToo() throws JsonProcessingException {
        Map<BackupId, Integer> counts = Map.of(ID, 1);
        String json = MAPPER.writeValueAsString(counts);
        assertThat(json).isEqualTo("{\"20260102T030405Z-k3f7q2x7\":1}");
        assertThat(MAPPER.readValue(json, new TypeReference<Map<BackupId, Integer>>() {}))
                .isEqualTo(counts);
    }

    @Test
    void whatIsNoNameIsRefusedByJacksonsOwnException() {
        for (String json : List.of("\"\"", "\"../x\"", "7", "{}", "[]")) {
            assertThatThrownBy(() -> MAPPER.readValue(json, BackupRef.class)).isInstanceOf(JsonMappingException.class);
            assertThatThrownBy(() -> MAPPER.readValue(json, BackupId.class)).isInstanceOf(JsonMappingException.class);
        }
        assertThatThrownBy(() -> MAPPER.readValue("{\"a\":null}", Facts.class))
                .isInstanceOf(JsonMappingException.class);
        assertThatThrownBy(() -> MAPPER.readValue("{\"../x\":1}", new TypeReference<Map<BackupId, Integer>>() {}))
                .isInstanceOf(JsonMappingException.class);
    }

    static Stream<Object> values() {
        return Stream.of(
                MANIFEST,
                Backup.of(REF, MANIFEST),
                Backup.of(REF, MANIFEST).with(DRILLS).with(new Pin(NOW, "before the move")),
                new BackupResult(REF, MANIFEST, NOTICES, Duration.ofMillis(1_500)),
                new DumpResult("shop", SERVER, TABLES, 9, NOTICES, Duration.ofMillis(1_500)),
                new RestoreResult(
                        Optional.of(REF),
                        "shop",
                        "copy",
                        SERVER,
                        TABLES,
                        NOTICES,
                        2,
                        Optional.of(REPLACED),
                        Optional.of(REF),
                        Duration.ofSeconds(3)),
                new RollbackPreview(
                        "shop",
                        "copy",
                        REPLACED,
                        List.of(new RowDifference("public", "t", 3, -1)),
                        Duration.ofSeconds(1)),
                new RollbackResult("shop", "copy", REPLACED, Optional.empty(), NOTICES, Duration.ofSeconds(1)),
                new DrillResult(
                        REF, NOW, "postgres:17", "sha256:1", SERVER, TABLES, 1, NOTICES, Duration.ofMillis(1_500)),
                new Alert(
                        "7",
                        AlertKind.MIRROR_BEHIND,
                        Alert.State.LASTING,
                        "shop",
                        "offsite",
                        NOW,
                        Map.of("missing", "3"),
                        "title",
                        "text"),
                new AlertCounts("slack-1", 5, 4, 3, 2, 1),
                new AlertChannelStatus(
                        "slack",
                        Set.of(AlertKind.BACKUP_LATE, AlertKind.BACKUP_FAILED),
                        Set.of("shop"),
                        new AlertCounts("slack-1", 5, 4, 3, 2, 1),
                        Optional.of(NOW),
                        Optional.of(new AlertFailure(NOW, AlertKind.TEST, ErrorCode.ALERT_UNDELIVERED, "no answer"))),
                new VerifyReport(REF, List.of("cut"), List.of(), true, 5, Duration.ofSeconds(3)),
                ProjectStatus.of(
                        "shop",
                        "offsite",
                        new ProjectStatus.Known(
                                List.of(new KnownBackup(ID, NOW, Duration.ofSeconds(9), 9, 5, 3, Optional.of(NOW))),
                                1,
                                Optional.of(
                                        new FailedRun(NOW, NOW, "dump", ErrorCode.AUTH_FAILED, "wrong password", 2)),
                                Optional.of(NOW),
                                Duration.ofDays(1)),
                        NOW),
                ProjectStatus.unknown("shop", "offsite", "no answer"),
                PLAN,
                new PruneReport(
                        PLAN,
                        List.of(REF),
                        9,
                        List.of(new PruneReport.Failure(REF, ErrorCode.STORAGE_DENIED, "it is locked")),
                        new SweepReport(List.of("shop/x"), List.of()),
                        Duration.ofSeconds(1)),
                new JobRun(
                        NOW, NOW, NOW, 2, JobRun.Outcome.FAILED, Optional.of(ErrorCode.AUTH_FAILED), "wrong password"),
                ServerDatabase.of("shop", "app").withSize(9).withText("UTF8", "C"),
                ServerDatabase.of("codeb_new_7", "app")
                        .ofRun(ServerDatabase.Kind.SHADOW, "7")
                        .withAccess(false, false, 2));
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsWrittenIsReadAsTheSame(Object value) throws JsonProcessingException {
        assertThat((Object) MAPPER.readValue(MAPPER.writeValueAsString(value), value.getClass()))
                .isEqualTo(value);
    }

    @Test
    void aBackupWithoutABaseIsReadAsTheSame() throws JsonProcessingException {
        String json = MAPPER.writeValueAsString(MANIFEST).replace("\"base\":\"" + ID + "\"", "\"base\":null");
        assertThat(MAPPER.readValue(json, Manifest.class).base()).isEmpty();
    }

    static Stream<Event> events() {
        return Stream.of(
                new Event.Started(RUN, NOW),
                new Event.Stage(RUN, NOW, "load"),
                new Event.Progress(RUN, NOW, "dump.sql", 1, 2, 3, 4, 5, 6),
                new Event.Finished(RUN, NOW, 1, -1, 2, Duration.ofSeconds(3)),
                new Event.Failed(RUN, NOW, "load", ErrorCode.AUTH_FAILED, "wrong password", "check it"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventSaysWhichOneItIsAndIsReadAsTheSame(Event event) throws JsonProcessingException {
        String json = MAPPER.writeValueAsString(event);

        assertThat(json)
                .startsWith("{\"event\":\"" + event.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "\"");
        assertThat(MAPPER.readValue(json, Event.class)).isEqualTo(event);
    }

    @Test
    void noEventIsForgotten() {
        assertThat(events().map(Object::getClass).distinct()).hasSameSizeAs(Event.class.getPermittedSubclasses());
    }

    @Test
    void aSecretIsNotWritten() {
        assertThatThrownBy(() -> MAPPER.writeValueAsString(Secret.of("canary")))
                .isInstanceOf(JsonMappingException.class)
                .hasMessageNotContaining("canary");
    }
}
