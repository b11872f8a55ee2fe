package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives from a service that misbehaves. */
class FileTransferTest {
    private FakeApi api;
    private ContainerRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        runtime = api.runtime();
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        api.close();
    }

    private static byte[] tar(String name, byte type, int size, String... more) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setSize(size);
            tar.putArchiveEntry(entry);
            tar.write(new byte[size]);
            tar.closeArchiveEntry();
            for (String other : more) {
                tar.putArchiveEntry(new TarArchiveEntry(other));
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    /** Without a chunked end: the connection breaks behind these bytes. */
    private void answerCut(byte[] bytes) {
        api.on("GET /containers/box/archive", call -> {
            call.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(bytes.length)
                    + "\r\n");
            call.raw(bytes);
        });
    }

    private void answer(byte[] bytes) {
        api.on("GET /containers/box/archive", call -> {
            call.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(bytes.length)
                    + "\r\n");
            call.raw(bytes);
            call.raw("\r\n0\r\n\r\n");
        });
    }

    private long read() {
        try (ByteSource source = runtime.readFile("box", "/data/file", new Cancellation())) {
            ByteBuffer buffer = ByteBuffer.allocate(300);
            long total = 0;
            while (source.read(buffer.clear()) != ByteSource.END) {
                total += buffer.position();
            }
            return total;
        }
    }

    private static Consumer<Throwable> code(ErrorCode code) {
        return e -> assertThat(((CodeBException) e).code()).as(e.toString()).isEqualTo(code);
    }

    @Test
    void aWholeFileIsRead() throws IOException {
        answer(tar("file", TarConstants.LF_NORMAL, 1000));
        assertThat(read()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 1000, 1511, 1536, 2000})
    void aFileWhoseStreamIsDroppedIsLost(int cut) throws IOException {
        answerCut(Arrays.copyOf(tar("file", TarConstants.LF_NORMAL, 1000), cut));
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.EXEC_LOST));
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 1000, 1511})
    void aFileThatIsShorterThanItsHeaderSaysIsLost(int cut) throws IOException {
        answer(Arrays.copyOf(tar("file", TarConstants.LF_NORMAL, 1000), cut));
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.EXEC_LOST));
    }

    @Test
    void aSecondEntryIsAnError() throws IOException {
        answer(tar("file", TarConstants.LF_NORMAL, 10, "another"));
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.EXEC_LOST));
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CHR,
                TarConstants.LF_DIR
            })
    void whatIsNoRegularFileIsRefused(byte type) throws IOException {
        answer(tar("file", type, 0));
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.CONTAINER_FILE_FAILED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../file", "/data/file", "other", "file/"})
    void anEntryOfAnotherNameIsRefused(String name) throws IOException {
        answer(tar(name, TarConstants.LF_NORMAL, 0));
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.CONTAINER_FILE_FAILED));
    }

    @Test
    void anEmptyArchiveHoldsNoFile() {
        answer(new byte[1024]);
        assertThatThrownBy(this::read).satisfies(code(ErrorCode.CONTAINER_FILE_FAILED));
    }

    @Test
    void rubbishIsNoArchive() {
        answer("<html>".repeat(200).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(this::read).isInstanceOf(CodeBException.class);
    }

    @Test
    void headersWithoutEndAreCutOff() throws IOException {
        byte[] longName = tar("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, 4 * 1024 * 1024);
        answer(longName);
        assertThatThrownBy(this::read).isInstanceOf(CodeBException.class).hasMessageContaining("more bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/data/", "/data/.", "/data/..", "relative", "", "/a\0b"})
    void aPathThatNamesNoFileIsRefusedBeforeAnyCall(String path) {
        assertThatThrownBy(() -> runtime.readFile("box", path, new Cancellation()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(api.requests()).isEmpty();
    }
}
