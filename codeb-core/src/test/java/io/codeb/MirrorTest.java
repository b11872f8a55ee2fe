package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.Places.Place;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every backup in a second place, which may be away for a while. */
class MirrorTest {
    private final Places places = new Places();
    private final Place near = places.place();
    private final Place far = places.place();
    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private Instant now = Instant.parse("2026-02-01T00:00:00Z");

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private CodeB open() {
        // Ids are told apart by the second in which they begin.
        now = now.plusSeconds(60);
        return CodeB.builder()
                .repository(near.repository().mirroredTo("offsite"))
                .repository(far.repository().named("offsite"))
                .storage(places)
                .engine(cards)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .listener(heard::add)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .build();
    }

    private <T> T in(Function<CodeB, T> work) {
        try (CodeB codeb = open()) {
            return work.apply(codeb);
        }
    }

    private BackupResult backUp() {
        return in(codeb -> codeb.backups().run("shop"));
    }

    private MirrorStatus status() {
        List<MirrorStatus> all = in(codeb -> codeb.catalog().mirrors("shop"));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<BackupId> there() {
        List<Backup> listed = in(codeb -> codeb.catalog().in("offsite").list("shop"));
        return listed.stream().map(backup -> backup.ref().id()).toList();
    }

    private void mirrorIsDown() {
        far.faults.add(StorageFault.failAny().always());
    }

    @Test
    void everyBackupIsAtTheMirrorToo() {
        BackupResult first = backUp();
        BackupResult second = backUp();

        assertThat(first.notices()).isEmpty();
        assertThat(there()).containsExactly(first.id(), second.id());
        assertThat(status().isBehind()).isFalse();
    }

    @Test
    void aMirrorThatIsDownFailsNoBackupAndIsTold() {
        mirrorIsDown();

        BackupResult backup = backUp();

        assertThat(backup.notices()).extracting(Notice::id).containsExactly("mirror-behind");
        assertThat(backup.notices().get(0).message()).contains("offsite", "a fault on purpose");
        MirrorStatus status = status();
        assertThat(status.isBehind()).isTrue();
        assertThat(status.problem()).isNotNull();
        far.faults.clear();
        assertThat(status().missing()).containsExactly(backup.ref());
        assertThat(there()).isEmpty();
    }

    @Test
    void aCopyThatFailsIsHeardOf() {
        far.faults.add(
                StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> key.value().contains("/data/")));

        backUp();

        assertThat(heard)
                .filteredOn(Event.Failed.class::isInstance)
                .singleElement()
                .satisfies(failed -> assertThat(failed.run().operation()).isEqualTo(Operation.COPY));
    }

    @Test
    void theNextBackupBringsWhatIsMissing() {
        mirrorIsDown();
        BackupResult first = backUp();
        far.faults.clear();

        BackupResult second = backUp();

        assertThat(second.notices()).isEmpty();
        assertThat(there()).containsExactly(first.id(), second.id());
    }

    @Test
    void whatIsMissingIsBroughtWhenItIsAskedFor() {
        mirrorIsDown();
        BackupRef first = backUp().ref();
        BackupRef second = backUp().ref();
        assertThat(in(codeb -> codeb.catalog().catchUp("shop")).get(0).problem())
                .isNotNull();
        far.faults.clear();

        List<MirrorStatus> after = in(codeb -> codeb.catalog().catchUp("shop"));

        assertThat(after.get(0)).isEqualTo(new MirrorStatus("offsite", List.of(), null));
        assertThat(there()).containsExactly(first.id(), second.id());
    }

    @Test
    void whatCouldNotBeCopiedIsStillMissing() {
        mirrorIsDown();
        BackupRef first = backUp().ref();
        BackupRef second = backUp().ref();
        far.faults.clear();
        String entry = near.keys("shop/" + second.id()).stream()
                .map(ObjectKey::value)
                .filter(key -> key.contains("/data/"))
                .findFirst()
                .orElseThrow();
        near.objects.delete(new ObjectKey(entry));

        MirrorStatus after = in(codeb -> codeb.catalog().catchUp("shop")).get(0);

        assertThat(after.missing()).containsExactly(second);
        assertThat(after.problem()).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.CORRUPT));
        assertThat(there()).containsExactly(first.id());
    }

    @Test
    void whatTheMirrorHasDeletedIsNotBroughtAgain() {
        BackupRef first = backUp().ref();
        BackupRef second = backUp().ref();
        in(codeb -> {
            codeb.catalog().delete(new BackupRef("offsite", "shop", first.id()));
            return true;
        });

        BackupRef third = backUp().ref();

        assertThat(there()).containsExactly(second.id(), third.id());
        assertThat(status().isBehind()).isFalse();
    }

    @Test
    void aBackupIsThereThoughItsCopyIsCancelled() {
        Cancellation cancellation = new Cancellation();
        far.faults.add(StorageFault.failAny().ofKeys(key -> {
            cancellation.cancel("enough");
            return false;
        }));

        BackupResult backup = in(codeb -> codeb.backups().run(BackupRequest.of("shop"), cancellation));

        assertThat(backup.notices()).extracting(Notice::id).containsExactly("mirror-behind");
        far.faults.clear();
        assertThat(status().missing()).containsExactly(backup.ref());
        assertThat(far.keys("shop")).isEmpty();
    }

    @Test
    void aMirrorIsAnotherRepositoryThatThereIs() {
        for (String name : List.of("default", "nowhere")) {
            assertThatThrownBy(() -> CodeB.builder()
                            .repository(near.repository().mirroredTo(name))
                            .storage(places)
                            .build())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("'" + name + "'");
        }
    }

    @Test
    void aRepositoryWithoutMirrorsHasNone() {
        List<MirrorStatus> mirrors = in(codeb -> codeb.catalog().in("offsite").mirrors("shop"));
        assertThat(mirrors).isEmpty();
    }
}
