package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What people download who want the command. */
final class Distribution {
    private final Path home;

    private Distribution(Path home) {
        this.home = home;
    }

    /** Unpacks it as they do. */
    static Distribution unpack(Path directory) throws IOException, InterruptedException {
        Path archive;
        try (Stream<Path> built = Files.list(Path.of("../codeb-cli/target"))) {
            archive = built.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", directory.toString()).start();
        assertThat(tar.waitFor()).isZero();
        try (Stream<Path> files = Files.list(directory)) {
            return new Distribution(files.filter(file -> Files.exists(file.resolve("bin/codeb")))
                    .findFirst()
                    .orElseThrow());
        }
    }

    Path codeb() {
        return home.resolve("bin/codeb");
    }

    Path manual() {
        return home.resolve("share/man");
    }
}
