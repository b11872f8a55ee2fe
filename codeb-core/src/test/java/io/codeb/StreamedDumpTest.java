package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A dump that goes to a stream: whole when the call returns, and no backup. */
class StreamedDumpTest {
    private final Cards cards = new Cards();
    private final CodeB codeb = CodeB.builder()
            .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
            .storage(new InMemoryStorageProvider())
            .engine(cards)
            .project(Project.of("cards", "shop").server("localhost", 1).database("deck"))
            .build();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        codeb.close();
    }

    @Test
    void itIsWrittenAsItIs() {
        cards.decks.put("a", "spades");

        DumpResult result = codeb.databases().dump(DumpRequest.plain("shop", out));

        assertThat(out.toString(UTF_8)).isEqualTo("spades");
        assertThat(result.bytes()).isEqualTo(6);
        assertThat(codeb.catalog().list("shop")).isEmpty();
    }

    @Test
    void itIsCompressedWhereThatIsAskedFor() throws IOException {
        cards.decks.put("a", "spades");

        codeb.databases().dump(new DumpRequest(BackupRequest.of("shop"), "gzip", out));

        assertThat(new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes())
                .asString(UTF_8)
                .isEqualTo("spades");
    }

    @Test
    void whatFailsIsNoDump() {
        cards.decks.put("a", "spades");
        cards.refused = "a";

        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", out)))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_FAILED));
    }

    @Test
    void anEngineThatWritesNothingHasMadeNoDump() {
        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", out)))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED));
    }

    @Test
    void whatIsSeveralEntriesIsRefused() {
        cards.decks.put("a", "spades");
        cards.decks.put("b", "hearts");

        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", out)))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void anErrorOfTheChecksKeepsItFromBeginning() {
        cards.decks.put("a", "spades");
        cards.found = DumpCheck.of(
                List.of(new Finding("torn", Finding.Severity.ERROR, "1", "0", "a card is torn", "mend it")));

        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", out)))
                .isInstanceOf(CheckFailedException.class);
        assertThat(out.size()).isZero();
    }

    @Test
    void aStreamThatTakesNoBytesFailsIt() {
        cards.decks.put("a", "spades");
        OutputStream shut = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("nobody listens");
            }
        };

        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", shut)))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    }

    @Test
    void itCanBeCancelled() {
        cards.decks.put("a", "spades");
        Cancellation cancellation = new Cancellation();
        cards.meanwhile = () -> cancellation.cancel("enough");

        assertThatThrownBy(() -> codeb.databases().dump(DumpRequest.plain("shop", out), cancellation))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void whatOneStreamCannotHoldIsRefused() {
        assertThatThrownBy(() -> new DumpRequest(BackupRequest.of("shop").withGlobals(), "none", out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DumpRequest(BackupRequest.of("shop").parallel(), "none", out))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
