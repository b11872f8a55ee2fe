package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.InMemoryStorage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who comes after a crash finds what was noted last, and nobody else has it open meanwhile. */
class JournalTest {
    private final InMemoryStorage storage = new InMemoryStorage();

    private final CodeB codeb = CodeB.builder()
            .storage(new StorageProvider() {
                @Override
                public String id() {
                    return "here";
                }

                @Override
                public StorageBackend create(ProviderConfig config) {
                    return storage;
                }
            })
            .repository(BackupRepository.at("here:x"))
            .build();

    @AfterEach
    void close() {
        codeb.close();
    }

    @Test
    void whatWasNotedLastIsFoundByTheNext() {
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            assertThat(journal.left()).isEmpty();
            journal.note(Map.of("step", "one"));
            journal.note(Map.of("step", "two"));
        }
        try (Journal next = codeb.openJournal("shop", "guard")) {
            assertThat(next.left()).isEqualTo(Map.of("step", "two"));
        }
    }

    @Test
    void whatWasNotedIsReadByAnybodyMeanwhile() {
        assertThat(codeb.readJournal("shop", "guard")).isEmpty();
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            journal.note(Map.of("step", "one"));
            assertThat(codeb.readJournal("shop", "guard")).isEqualTo(Map.of("step", "one"));
        }
        assertThat(codeb.readJournal("shop", "other")).isEmpty();
    }

    @Test
    void whatWasClearedIsNot() {
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            journal.note(Map.of("step", "one"));
            journal.clear();
        }
        try (Journal next = codeb.openJournal("shop", "guard")) {
            assertThat(next.left()).isEmpty();
        }
        try (Stream<?> left = storage.list("shop")) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void onlyOneHasItOpen() {
        try (Journal journal = codeb.openJournal("shop", "guard");
                Journal other = codeb.openJournal("shop", "other");
                Journal elsewhere = codeb.openJournal("shop2", "guard")) {
            assertThatThrownBy(() -> codeb.openJournal("shop", "guard"))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("guard of project shop");
            assertThat(Stream.of(journal, other, elsewhere))
                    .allMatch(each -> each.left().isEmpty());
        }
    }

    @Test
    void whoHasLostItNotesNothingMore() {
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            storage.put(
                    new ObjectKey("shop/journals/guard/0000000000000000009"),
                    WriteMode.CREATE,
                    "{}".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> journal.note(Map.of("step", "one"))).isInstanceOf(LockedException.class);
            assertThatThrownBy(journal::clear).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void oneThatCannotBeReadIsNotTakenForNone() {
        storage.put(
                new ObjectKey("shop/journals/guard/state"),
                WriteMode.CREATE,
                "{\"state\":{\"step\":".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> codeb.openJournal("shop", "guard"))
                    .isInstanceOfSatisfying(CodeBException.class, failure -> assertThat(failure.code())
                            .isEqualTo(ErrorCode.CORRUPT));
        }
    }

    @Test
    void aNoteHasItsLimit() {
        try (Journal journal = codeb.openJournal("shop", "guard")) {
            assertThatThrownBy(() -> journal.note(Map.of("step", "x".repeat(Journal.MAX_BYTES))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
