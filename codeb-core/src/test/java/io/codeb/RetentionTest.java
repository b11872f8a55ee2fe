package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Places.Place;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.retention.RetentionPlan;
import io.codeb.retention.RetentionPolicy;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deleted by a policy, what is not, and what is told of it. */
class RetentionTest {
    private static final RetentionPolicy LAST_TWO = RetentionPolicy.keep().last(2);

    private final Places places = new Places();
    private final Place place = places.place();
    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final List<BackupId> made = new ArrayList<>();
    private Instant now = Instant.parse("2026-02-01T03:00:00Z");
    private Project shop = Project.of("cards", "shop").server("localhost", 1);
    private BackupRepository repository = place.repository();

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private <T> T in(Function<CodeB, T> work) {
        try (CodeB codeb = CodeB.builder()
                .repository(repository)
                .storage(places)
                .engine(cards)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .listener(heard::add)
                .project(shop)
                .build()) {
            return work.apply(codeb);
        }
    }

    private void backUp(int nights) {
        for (int i = 0; i < nights; i++) {
            now = now.plus(Duration.ofDays(1));
            made.add(in(codeb -> codeb.backups().run("shop")).id());
        }
    }

    private PruneReport prune(RetentionPolicy policy) {
        return in(codeb -> codeb.retention().prune(RetentionRequest.of("shop").policy(policy)));
    }

    private List<BackupId> there() {
        return in(codeb -> codeb.catalog().list("shop")).stream()
                .map(Backup::id)
                .toList();
    }

    private static List<BackupId> ids(List<BackupRef> refs) {
        return refs.stream().map(BackupRef::id).toList();
    }

    private BackupRef ref(int night) {
        return new BackupRef("default", "shop", made.get(night));
    }

    @Test
    void whatNoRuleKeepsIsGoneWithAllThatBelongsToIt() {
        backUp(4);

        PruneReport report = prune(LAST_TWO);

        assertThat(ids(report.removed())).containsExactly(made.get(0), made.get(1));
        assertThat(report.ok()).isTrue();
        assertThat(report.removedBytes()).isPositive().isEqualTo(report.plan().goingBytes());
        assertThat(there()).containsExactly(made.get(2), made.get(3));
        assertThat(place.keys("shop/" + made.get(0))).isEmpty();
    }

    @Test
    void aPlanChangesNothingAndIsWhatIsDone() {
        backUp(4);

        RetentionPlan plan =
                in(codeb -> codeb.retention().plan(RetentionRequest.of("shop").policy(LAST_TWO)));

        assertThat(there()).hasSize(4);
        assertThat(prune(LAST_TWO).plan()).isEqualTo(plan);
    }

    @Test
    void whereNothingIsSaidNothingIsDeleted() {
        backUp(2);

        assertThatThrownBy(() -> in(codeb -> codeb.retention().prune("shop")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shop");
        assertThatThrownBy(() -> in(codeb -> codeb.retention().plan("shop"))).isInstanceOf(ConfigException.class);
        assertThat(there()).hasSize(2);
    }

    @Test
    void theProjectsPolicyComesBeforeTheRepositorys() {
        backUp(4);
        repository = repository.retention(RetentionPolicy.keep().last(3));
        assertThat(in(codeb -> codeb.retention().plan("shop")).policy()).isEqualTo("keep last 3");

        shop = shop.retention(RetentionPolicy.keep().last(1));

        assertThat(in(codeb -> codeb.retention().plan("shop")).policy()).isEqualTo("keep last 1");
        assertThat(in(codeb -> codeb.retention()
                                .plan(RetentionRequest.of("shop").policy(LAST_TWO)))
                        .policy())
                .isEqualTo("keep last 2");
        assertThat(in(codeb -> codeb.retention().prune("shop")).removed()).hasSize(3);
    }

    @Test
    void aPinnedBackupStaysUntilItIsUnpinned() {
        backUp(4);
        Pin pin = in(codeb -> codeb.catalog().pin(ref(0), "before the move"));

        assertThat(ids(prune(LAST_TWO).removed())).containsExactly(made.get(1));
        assertThat(in(codeb -> codeb.catalog().list("shop")).get(0).pin()).contains(pin);
        StorageException refusal = catchThrowableOfType(
                StorageException.class,
                () -> in(codeb -> {
                    codeb.catalog().delete(ref(0));
                    return null;
                }));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_PINNED);
        assertThat(refusal).hasMessageContaining("before the move");

        in(codeb -> {
            codeb.catalog().unpin(made.get(0));
            return null;
        });

        assertThat(ids(prune(LAST_TWO).removed())).containsExactly(made.get(0));
        assertThat(place.keys("shop/pins")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "{\"at\":7}"})
    void aPinThatCannotBeReadHoldsAllTheSame(String json) {
        backUp(3);
        place.objects.put(
                new ObjectKey("shop/pins").child(made.get(0).value()), WriteMode.REPLACE, json.getBytes(UTF_8));

        assertThat(prune(LAST_TWO).removed()).isEmpty();
        assertThat(in(codeb -> codeb.catalog().latest("shop")).orElseThrow().pin())
                .isEmpty();
    }

    @Test
    void whatIsNotThereCannotBePinned() {
        backUp(1);
        BackupRef none = new BackupRef("default", "shop", new BackupId("20260102T030405Z-k3f7q2x7"));

        assertThatThrownBy(() -> in(codeb -> codeb.catalog().pin(none, "x"))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> in(codeb -> codeb.catalog().pin(ref(0), "two\nlines")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(place.keys("shop/pins")).isEmpty();
    }

    @Test
    void aBackupThatCannotBeReadStaysAndCountsForNothing() {
        backUp(4);
        place.objects.put(
                new ObjectKey("shop/" + made.get(3) + "/manifest.json"), WriteMode.REPLACE, "{".getBytes(UTF_8));

        PruneReport report = prune(LAST_TWO);

        assertThat(ids(report.removed())).containsExactly(made.get(0));
        assertThat(place.keys("shop/" + made.get(3))).hasSize(2);
    }

    @Test
    void whileABackupIsMadeNothingIsDeleted() {
        backUp(4);
        List<Throwable> seen = new ArrayList<>();
        cards.meanwhile = () -> {
            cards.meanwhile = () -> {};
            seen.add(catchThrowableOfType(LockedException.class, () -> prune(LAST_TWO)));
        };

        backUp(1);

        assertThat(seen).hasSize(1).doesNotContainNull();
        assertThat(there()).hasSize(5);
    }

    @Test
    void whatCannotBeDeletedIsToldAndTheOthersGo() {
        backUp(5);
        place.faults.add(StorageFault.fail(StorageCall.DELETE)
                .ofKeys(key -> key.value().contains(made.get(1).value()))
                .always()
                .throwing(ErrorCode.STORAGE_FAILED));

        PruneReport report = prune(LAST_TWO);

        assertThat(ids(report.removed())).containsExactly(made.get(0), made.get(2));
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.ref()).isEqualTo(ref(1));
            assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        });
        assertThat(report.ok()).isFalse();
        assertThat(there()).containsExactly(made.get(1), made.get(3), made.get(4));
        assertThat(heard).last().isInstanceOfSatisfying(Event.Failed.class, failed -> assertThat(failed.message())
                .startsWith("backups that were to go are still there, 1, the first of them " + ref(1)));
    }

    @Test
    void whatDeniesOneDeniesAll() {
        backUp(5);
        place.faults.add(StorageFault.fail(StorageCall.DELETE)
                .ofKeys(key -> key.value().contains("manifest"))
                .always()
                .throwing(ErrorCode.STORAGE_DENIED));

        PruneReport report = prune(LAST_TWO);

        assertThat(report.removed()).isEmpty();
        assertThat(report.failures()).hasSize(3).allMatch(failure -> failure.code() == ErrorCode.STORAGE_DENIED);
        assertThat(there()).hasSize(5);
    }

    @Test
    void aPruneThatIsCancelledTellsWhatItHasDone() {
        backUp(5);
        Cancellation cancellation = new Cancellation();
        place.faults.add(StorageFault.fail(StorageCall.DELETE)
                .ofKeys(key -> key.value().contains(made.get(0) + "/manifest"))
                .throwing(() -> {
                    cancellation.cancel("enough");
                    return new StorageException(ErrorCode.STORAGE_FAILED, "slow", "");
                }));

        PruneReport report =
                in(codeb -> codeb.retention().prune(RetentionRequest.of("shop").policy(LAST_TWO), cancellation));

        assertThat(report.removed()).isEmpty();
        assertThat(report.failures())
                .extracting(PruneReport.Failure::code)
                .containsExactly(ErrorCode.STORAGE_FAILED, ErrorCode.CANCELLED, ErrorCode.CANCELLED);
    }

    @Test
    void aFullStorageCanBePruned() {
        backUp(4);
        place.faults.add(StorageFault.fail(StorageCall.WRITE).always().throwing(ErrorCode.STORAGE_FULL));

        PruneReport report = prune(LAST_TWO);

        assertThat(report.removed()).hasSize(2);
        assertThat(report.swept().kept()).hasSize(1);
    }

    @Test
    void whatIsLeftOfTheDeadGoesBehindIt() {
        backUp(1);
        ObjectKey orphan = new ObjectKey("shop/20200102T030405Z-k3f7q2x7/dump.sql.zst");
        place.objects.put(orphan, WriteMode.CREATE, new byte[] {1});
        now = Instant.now().plus(Duration.ofDays(2));

        assertThat(in(codeb -> codeb.retention()
                                .prune(RetentionRequest.of("shop")
                                        .policy(LAST_TWO)
                                        .withoutSweep()))
                        .swept()
                        .removed())
                .isEmpty();
        assertThat(prune(LAST_TWO).swept().removed()).containsExactly(orphan.value());
    }

    @Test
    void listenersHearOfIt() {
        backUp(3);
        heard.clear();

        prune(LAST_TWO);

        assertThat(heard).allMatch(event -> event.run().operation() == Operation.PRUNE);
        assertThat(heard).last().isInstanceOfSatisfying(Event.Finished.class, event -> assertThat(event.bytes())
                .isPositive());
    }

    @Test
    void whatIsTrueWhenItIsDoneCounts() {
        backUp(3);
        RetentionPlan before =
                in(codeb -> codeb.retention().plan(RetentionRequest.of("shop").policy(LAST_TWO)));
        backUp(1);

        assertThat(before.going()).hasSize(1);
        assertThat(ids(prune(LAST_TWO).removed())).containsExactly(made.get(0), made.get(1));
    }
}
