package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExtensionPointTest {
    private static final Path REACTOR = Path.of("../pom.xml");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    @Test
    void hintsNameModulesThatThereAre() throws IOException {
        List<String> modules = MODULE.matcher(Files.readString(REACTOR))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(modules).contains("codeb-core");
        assertThat(ExtensionPoint.ARTIFACTS.values()).isNotEmpty().isSubsetOf(modules);
    }
}
