package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is in no container is backed up and restored like any other. */
class HostRoundTripIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.run("createdb", "--maintenance-db=postgres", "shop");
        server.load("shop", "everything.sql");
        server.load("shop", "everything-14.sql");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void everythingComesBackOverTheNetwork() {
        everythingComesBack(HostPostgres.HOST, "copy_by_tcp");
    }

    @Test
    void everythingComesBackThroughADirectoryOfUnixSockets() {
        everythingComesBack(server.sockets().toString(), "copy_by_socket");
    }

    private void everythingComesBack(String host, String copy) {
        Project project = server.project("shop").server(host, server.port());
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build()) {
            BackupResult backup = codeb.backups().run("shop");
            assertThat(codeb.catalog().verify(backup.id()).problems()).isEmpty();
            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup.id()).into(copy));
            assertThat(restored.tables()).isEqualTo(backup.manifest().tables()).isNotEmpty();
            assertThat(server.content(copy)).isEqualTo(server.content("shop"));
        }
    }
}
