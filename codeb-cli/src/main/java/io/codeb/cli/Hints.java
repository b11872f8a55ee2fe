package io.codeb.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What to do next, in the words of the command line. The library names methods of its API: {@code into(…)} is the
 * option {@code --into} of a command that has it, and {@code encryptTo(…)} a key of the configuration.
 */
final class Hints {
    private static final Pattern METHOD = Pattern.compile("\\b([a-z][A-Za-z]*)\\(…?\\)");
    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

    private Hints() {}

    static String of(String hint, CommandSpec command) {
        return METHOD.matcher(hint).replaceAll(method -> Matcher.quoteReplacement(inWordsOf(command, method.group(1))));
    }

    private static String inWordsOf(CommandSpec command, String method) {
        String option = "--"
                + CAPITAL.matcher(method)
                        .replaceAll(letter -> "-" + letter.group())
                        .toLowerCase(Locale.ROOT);
        return command.findOption(option) == null ? method : option;
    }
}
