package io.codeb.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a command reads and writes, and what is at the other end. The start script finds that out, as Java cannot tell
 * of each stream by itself: it sets {@code codeb.terminal} to the numbers of those that are terminals, and
 * {@code codeb.columns}.
 *
 * @param in what people answer
 * @param out what a command answers
 * @param err what goes on meanwhile, and what went wrong
 * @param inIsTerminal whether somebody can be asked
 * @param outIsTerminal whether somebody reads the answer as it is
 * @param errIsTerminal whether a line can be written over
 * @param columns how wide it is
 * @param locale in whose language
 * @param zone in whose time
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        int columns,
        Locale locale,
        ZoneId zone) {
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 10;

    static Terminal ofProcess() {
        String terminals = System.getProperty("codeb.terminal", "");
        int columns = Integer.getInteger("codeb.columns", USUAL_COLUMNS);
        return new Terminal(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"),
                columns < FEWEST_COLUMNS ? USUAL_COLUMNS : columns,
                language(System.getenv()),
                ZoneId.systemDefault());
    }

    /** As the environment says it: Java says C where the system lacks the locale, and knows no language then. */
    static Locale language(Map<String, String> environment) {
        return Stream.of("CODEB_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .map(value ->
                        Locale.forLanguageTag(value.replaceFirst("[.@].*", "").replace('_', '-')))
                .orElse(Locale.ROOT);
    }
}
