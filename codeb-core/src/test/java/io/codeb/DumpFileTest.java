package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DumpFileTest {
    @TempDir
    Path directory;

    private static void assertRefused(Path file, String problem, String hint) {
        assertThatThrownBy(() -> RestoreRequest.ofFile(file)
                        .foreign()
                        .orElseThrow()
                        .opener()
                        .open())
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
                    assertThat(e).hasMessageContaining(file + " " + problem);
                    assertThat(e.hint()).contains(hint);
                });
    }

    @Test
    void aNamedPipeIsRefusedAndNotWaitedFor() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(pipe, "is a named pipe", "ofStream");
    }

    @Test
    void aSocketIsRefused() throws IOException {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertRefused(socket, "is a socket", "ofStream");
        }
    }

    @Test
    void aDeviceIsRefused() {
        assertRefused(Path.of("/dev/zero"), "is a device", "ofStream");
    }

    @Test
    void aDirectoryIsCalledOne() {
        assertRefused(directory, "is a directory", "name the dump's file");
    }

    @Test
    void aDirectoryFormatDumpIsCalledOne() throws IOException {
        Files.createFile(directory.resolve("toc.dat"));
        assertRefused(directory, "is a directory that pg_dump --format=directory made", "pg_restore --file");
    }

    @Test
    void aDataDirectoryIsCalledOne() throws IOException {
        Files.createFile(directory.resolve("PG_VERSION"));
        assertRefused(directory, "is a server's data directory", "start a server");
    }

    @Test
    void aLinkToAFileIsAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a.sql"), "SELECT 1;");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        try (InputStream in = DumpFile.open(link)) {
            assertThat(in.readAllBytes()).hasSize(9);
        }
    }

    @Test
    void whatIsNotThereIsStillMissing() {
        assertThatThrownBy(() -> DumpFile.open(directory.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}
