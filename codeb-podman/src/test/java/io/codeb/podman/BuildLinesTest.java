package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.spi.runtime.ContainerManager;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class BuildLinesTest {
    private final List<String> heard = new ArrayList<>();
    private final BuildLines lines = new BuildLines(heard::add);

    @Property
    void howItIsCutChangesNothing(@ForAll @Size(max = 20) List<@StringLength(max = 30) String> parts) {
        List<String> whole = new ArrayList<>();
        BuildLines once = new BuildLines(whole::add);
        once.hear(String.join("", parts));
        once.end();

        heard.clear();
        parts.forEach(lines::hear);
        lines.end();

        assertThat(heard).isEqualTo(whole);
    }

    @Test
    void aLineWithoutEndIsToldInTheEndAndNoneThatIsEmpty() {
        lines.hear("STEP 1\nSTEP");
        lines.hear(" 2");
        assertThat(heard).containsExactly("STEP 1");

        lines.end();
        lines.end();
        assertThat(heard).containsExactly("STEP 1", "STEP 2");
    }

    @Test
    void whatATerminalWouldObeyIsLeftOut() {
        lines.hear("a\u001b[31mred\r\n");

        assertThat(heard).containsExactly("a [31mred");
    }

    @Test
    void aLineIsAsLongAsItMayBeAndSaysWhereItWasCut() {
        String most = "x".repeat(ContainerManager.MAX_BUILD_LINE);
        lines.hear(most + "\n" + most + "y".repeat(1_000_000) + "\nnext\n");

        assertThat(heard).containsExactly(most, most.substring(1) + "\u2026", "next");
    }
}
