package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SectionTest {
    @TempDir
    Path directory;

    private Path document(String text) throws IOException {
        return Files.writeString(directory.resolve("page.md"), text);
    }

    @Test
    void onlyWhatIsBetweenTheCommentsIsWrittenAnew() throws IOException {
        Path page = document("before\n<!-- a -->\nold\n<!-- end of a -->\nafter\n");

        new Section(page, "a").write("new\n");
        new Section(page, "a").write("newer\n");

        assertThat(page).hasContent("before\n<!-- a -->\n\nnewer\n\n<!-- end of a -->\nafter\n");
    }

    @Test
    void aSectionThatIsNotThereIsTold() throws IOException {
        Path page = document("<!-- end of a -->\n<!-- a -->\n");

        assertThatThrownBy(() -> new Section(page, "a").write("new"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no section 'a'");
    }
}
