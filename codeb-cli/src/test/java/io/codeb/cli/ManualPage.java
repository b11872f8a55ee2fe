package io.codeb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A page of the manual, of one command, as {@code man} reads it. It is in ASCII, so that no setting can garble it. */
final class ManualPage {
    private static final Map<String, String> ENVIRONMENT = new TreeMap<>(Map.of(
            "CODEB_CONFIG", "The configuration, where --config does not name one.",
            "CODEB_DEBUG", "Anything: shows where a fault of codeb itself is.",
            "CODEB_JAVA_OPTS", "Further options of Java.",
            "CODEB_LANG", "The language, before what LC_ALL, LC_MESSAGES and LANG say.",
            "CODEB_LOG", "How much of the library's log is shown: debug, info, warn; error without it.",
            "JAVA_HOME", "Which Java runs it, 17 or newer; the one on the path without it.",
            "NO_COLOR", "Anything: no colours. TERM=dumb does the same, and progress is plain lines."));

    private final CommandSpec command;
    private final StringBuilder text = new StringBuilder();

    private ManualPage(CommandSpec command) {
        this.command = command;
    }

    /** All pages, by the names of their files. */
    static Map<String, String> all(CommandLine root, Map<Integer, String> statuses) {
        Map<String, String> pages = new TreeMap<>();
        for (CommandLine each : WordsTest.all(root)) {
            ManualPage page = new ManualPage(each.getCommandSpec());
            pages.put(name(each.getCommandSpec()) + ".1", page.write(statuses));
        }
        return pages;
    }

    private static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private boolean isRoot() {
        return command.parent() == null;
    }

    private String write(Map<Integer, String> statuses) {
        line(".\\\" Written by DocumentTest, of the command itself.");
        line(".TH " + escaped(name(command).toUpperCase(Locale.ROOT)) + " 1 \"\" CodeB \"CodeB Manual\"");
        line(".SH NAME");
        line(escaped(name(command)) + " \\- " + escaped(description(command)));
        line(".SH SYNOPSIS");
        line(".B " + escaped(command.qualifiedName()));
        line(escaped(synopsis()));
        line(".SH DESCRIPTION");
        line(escaped(description(command)));
        if (isRoot()) {
            line("It reads a configuration, in JSON, that says where databases are and where their backups rest.");
            line("Answers are on standard output, what goes on meanwhile and errors on standard error.");
            line("What would lose something asks first, and needs");
            line(".B \\-\\-yes");
            line("where nobody can be asked.");
            line("Ctrl\\-C and SIGTERM cancel: what was begun is undone before the process ends.");
        }
        if (!command.subcommands().isEmpty()) {
            line(".SH COMMANDS");
            command.subcommands()
                    .values()
                    .forEach(below ->
                            item(bold(below.getCommandSpec().qualifiedName()), description(below.getCommandSpec())));
        }
        options();
        if (isRoot()) {
            line(".SH EXIT STATUS");
            statuses.forEach((status, meaning) -> item(bold(Integer.toString(status)), meaning.replace("`", "")));
            line(".SH ENVIRONMENT");
            ENVIRONMENT.forEach((name, meaning) -> item(bold(name), meaning));
            line(".SH FILES");
            item(bold("codeb.json"), "The configuration, in the working directory.");
            item(bold("~/.config/codeb/codeb.json"), "The user's, where there is none.");
            item(bold("/etc/codeb/codeb.json"), "The system's, where there is none of these.");
        }
        line(".SH SEE ALSO");
        line(seeAlso());
        return text.toString();
    }

    private String synopsis() {
        if (!command.subcommands().isEmpty()) {
            return "COMMAND \u2026";
        }
        List<String> words = new ArrayList<>();
        if (!command.options().isEmpty()) {
            words.add("[OPTION\u2026]");
        }
        command.positionalParameters().forEach(word -> words.add(DocumentTest.label(word)));
        return String.join(" ", words);
    }

    private void options() {
        if (!command.positionalParameters().isEmpty()) {
            line(".SH WORDS");
            command.positionalParameters()
                    .forEach(word -> item(bold(word.paramLabel()), DocumentTest.described(word, "")));
        }
        line(".SH OPTIONS");
        command.options().forEach(option -> item(names(option), DocumentTest.described(option, "")));
    }

    private static String names(OptionSpec option) {
        String names = List.of(option.names()).stream().map(ManualPage::bold).collect(Collectors.joining(", "));
        return option.arity().max() == 0 ? names : names + " \\fI" + escaped(option.paramLabel()) + "\\fR";
    }

    private String seeAlso() {
        List<CommandSpec> others = new ArrayList<>();
        if (isRoot()) {
            command.subcommands().values().forEach(below -> others.add(below.getCommandSpec()));
        } else {
            others.add(command.root());
            if (command.parent() != command.root()) {
                others.add(command.parent());
            }
        }
        return others.stream().map(other -> bold(name(other)) + "(1)").collect(Collectors.joining(",\n"));
    }

    private static String description(CommandSpec command) {
        return String.join(" ", command.usageMessage().description());
    }

    private void item(String term, String meaning) {
        line(".TP");
        line(term);
        line(escaped(meaning));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String bold(String word) {
        return "\\fB" + escaped(word) + "\\fR";
    }

    /** As roff shows it: no letter of it is a command, nor any but ASCII. */
    private static String escaped(String plain) {
        StringBuilder escaped = new StringBuilder();
        plain.codePoints()
                .forEach(c -> escaped.append(
                        switch (c) {
                            case '\\' -> "\\(rs";
                            case '-' -> "\\-";
                            case '\'' -> "\\(aq";
                            case '~' -> "\\(ti";
                            case '^' -> "\\(ha";
                            case '`' -> "\\(ga";
                            default -> c < 0x7f ? Character.toString(c) : String.format(Locale.ROOT, "\\[u%04X]", c);
                        }));
        return escaped.charAt(0) == '.' ? "\\&" + escaped : escaped.toString();
    }
}
