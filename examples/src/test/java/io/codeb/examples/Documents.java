package io.codeb.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's own tree and the documents in it. */
final class Documents {
    /** Maven runs the tests of a module in its directory. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Documents() {}

    /** All documents that people read, relative to the root. */
    static List<Path> all() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(ROOT::relativize)
                    .sorted()
                    .toList();
        }
    }

    static String read(Path document) throws IOException {
        return Files.readString(ROOT.resolve(document));
    }
}
