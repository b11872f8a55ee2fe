package io.codeb.podman;

import io.codeb.spi.runtime.ContainerManager;
import java.util.function.Consumer;

/** What a build says, piece by piece, as lines fit for a log. */
final class BuildLines {
    private final Consumer<String> output;
    private final StringBuilder line = new StringBuilder();
    private boolean cut;

    BuildLines(Consumer<String> output) {
        this.output = output;
    }

    void hear(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '\n') {
                tell();
            } else if (line.length() == ContainerManager.MAX_BUILD_LINE) {
                cut = true;
            } else {
                line.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
    }

    /** Tells of a last line that nobody has ended. */
    void end() {
        if (!line.isEmpty()) {
            tell();
        }
    }

    private void tell() {
        if (cut) {
            line.setCharAt(line.length() - 1, '\u2026');
        }
        output.accept(line.toString().stripTrailing());
        line.setLength(0);
        cut = false;
    }
}
