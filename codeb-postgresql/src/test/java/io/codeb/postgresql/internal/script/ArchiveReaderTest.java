package io.codeb.postgresql.internal.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.tck.io.BytesSource;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveReaderTest {
    private static final TableName BULK = new TableName("public", "bulk");

    /** Writes as pg_dump does. */
    private static final class Archive {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int minor;

        Archive(int minor, int entries) {
            this.minor = minor;
            bytes.writeBytes("PGDMP".getBytes(UTF_8));
            bytes.writeBytes(new byte[] {1, (byte) minor, 0, 4, 8, 1});
            if (minor >= 15) {
                bytes.write(0);
            } else {
                number(0);
            }
            for (int i = 0; i < 7; i++) {
                number(i);
            }
            text("shop").text("15.18").text("17.5 (Debian)").number(entries);
        }

        Archive number(long value) {
            bytes.write(value < 0 ? 1 : 0);
            for (int i = 0; i < 4; i++) {
                bytes.write((int) (Math.abs(value) >> (8 * i)));
            }
            return this;
        }

        Archive text(String text) {
            byte[] encoded = text.getBytes(UTF_8);
            number(encoded.length);
            bytes.writeBytes(encoded);
            return this;
        }

        Archive entry(int id, boolean data, String name, String kind, String schema) {
            number(id)
                    .number(data ? 1 : 0)
                    .text("0")
                    .text("0")
                    .text(name)
                    .text(kind)
                    .number(2);
            text("CREATE …".repeat(100))
                    .text("DROP …")
                    .text("COPY …")
                    .text(schema)
                    .text("")
                    .text("heap");
            if (minor >= 16) {
                number('r');
            }
            text("owner").text("false").text("1").number(-1);
            bytes.write(1);
            bytes.writeBytes(new byte[8]);
            return this;
        }

        Archive rows(int id, String... chunks) {
            bytes.write(1);
            number(id);
            for (String chunk : chunks) {
                text(chunk);
            }
            return number(0);
        }

        Archive largeObject(int id) {
            bytes.write(3);
            return number(id).number(4711).text("some").text("bytes").number(0).number(0);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private static byte[] whole(int minor) {
        return new Archive(minor, 5)
                .entry(1, false, "bulk", "TABLE", "public")
                .entry(2, false, "t", "TABLE", "public")
                .entry(3, true, "t", "TABLE DATA", "public")
                .entry(4, true, "쇼핑", "TABLE DATA", "Sales")
                .entry(5, true, "BLOBS", "BLOBS", "")
                .rows(3, "1\\N\n2", "\tx\n\\", ".\n\n\n")
                .rows(4, "\\.\n\n\n")
                .largeObject(5)
                .bytes();
    }

    private static ArchiveReader read(byte[] archive) {
        return new ArchiveReader(BytesSource.of(archive), Set.of(BULK), bytes -> {}).read();
    }

    private static @Nullable ErrorCode failure(byte[] archive) {
        return catchThrowable(() -> read(archive)) instanceof CodeBException e ? e.code() : null;
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16})
    void rowsAreCountedByTable(int minor) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        ArchiveReader reader = new ArchiveReader(BytesSource.of(whole(minor)), Set.of(BULK), bytes -> {
                    byte[] some = new byte[bytes.remaining()];
                    bytes.get(some);
                    passed.writeBytes(some);
                })
                .read();

        assertThat(reader.tables()).containsExactly(new TableRows("Sales", "쇼핑", 0), new TableRows("public", "t", 2));
        assertThat(reader.madeBy()).isEqualTo("17.5 (Debian)");
        assertThat(passed.toByteArray()).isEqualTo(whole(minor));
    }

    @Test
    void anArchiveCutAnywhereIsNoArchive() {
        byte[] whole = whole(16);
        for (int length = 0; length < whole.length; length++) {
            int cut = length;
            assertThat(catchThrowable(() -> read(Arrays.copyOf(whole, cut))))
                    .as("cut at %d of %d", length, whole.length)
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void aByteThatIsAnotherOneIsNeverAnotherKindOfError() {
        byte[] whole = whole(16);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) 0x81;
            Throwable thrown = catchThrowable(() -> read(changed));
            assertThat(thrown == null || thrown instanceof CodeBException)
                    .as("byte %d: %s", at, thrown)
                    .isTrue();
        }
    }

    @Test
    void rowsWithoutTheLineThatEndsThemAreCut() {
        byte[] archive = new Archive(14, 2)
                .entry(1, false, "bulk", "TABLE", "public")
                .entry(2, true, "t", "TABLE DATA", "public")
                .rows(2, "1\n")
                .bytes();

        assertThat(failure(archive)).isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void rowsThatAreReadElsewhereMustNotBeInIt() {
        byte[] archive = new Archive(14, 2)
                .entry(1, false, "bulk", "TABLE", "public")
                .entry(2, true, "bulk", "TABLE DATA", "public")
                .bytes();

        assertThat(failure(archive)).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aTableWhoseRowsAreReadElsewhereMustBeDefinedInIt() {
        byte[] archive =
                new Archive(14, 1).entry(1, false, "bulk", "TABLE", "other").bytes();

        assertThat(failure(archive)).isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aFormThatNobodyKnowsYetIsToldAsThat() {
        assertThatThrownBy(() -> read(whole(17)))
                .isInstanceOfSatisfying(
                        EngineException.class, newer -> assertThat(newer.code()).isEqualTo(ErrorCode.VERSION_MISMATCH))
                .hasMessageContaining("1.17");
    }
}
