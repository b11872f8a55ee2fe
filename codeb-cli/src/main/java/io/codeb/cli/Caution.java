package io.codeb.cli;

import java.io.IOException;
import picocli.CommandLine.Option;

/** How careful a command is by which something can be lost. */
final class Caution {
    @Option(names = "--dry-run", description = "Says what would be done, and does nothing.")
    boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask.")
    boolean yes;

    /** Goes on when somebody says yes, or has said so before. */
    void confirm(Session session, String question) throws IOException {
        session.confirm(yes, question);
    }
}
