package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The second half of docs/cli.md, and the manual pages, are made of the commands. */
class DocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/cli.md");
    private static final Path MANUAL = Path.of("src/main/dist/share/man/man1");
    private static final String MARK = "<!-- From here on written by DocumentTest, of the commands themselves. -->\n";

    @Test
    void theDocumentHasEachCommandOptionAndStatus() throws IOException {
        String text = Files.readString(DOCUMENT);
        String reference = statuses() + commands();
        if (Boolean.getBoolean("codeb.docs.write")) {
            Files.writeString(DOCUMENT, text.substring(0, text.indexOf(MARK) + MARK.length()) + reference);
        }

        assertThat(List.of(Files.readString(DOCUMENT).split(MARK, 2)))
                .element(1)
                .isEqualTo(reference);
    }

    /** One page a command, in the distribution. */
    @Test
    void eachCommandHasAManualPageAndNoOtherHas() throws IOException {
        Map<String, String> pages = ManualPage.all(WordsTest.commands(), statusCodes());
        if (Boolean.getBoolean("codeb.docs.write")) {
            for (Path old : pages()) {
                Files.delete(old);
            }
            Files.createDirectories(MANUAL);
            for (Map.Entry<String, String> page : pages.entrySet()) {
                Files.writeString(MANUAL.resolve(page.getKey()), page.getValue());
            }
        }

        Map<String, String> there = new TreeMap<>();
        for (Path page : pages()) {
            there.put(page.getFileName().toString(), Files.readString(page));
        }
        assertThat(there).isEqualTo(pages);
    }

    private static List<Path> pages() throws IOException {
        if (!Files.exists(MANUAL)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(MANUAL)) {
            return files.toList();
        }
    }

    private static String statuses() {
        StringBuilder table = new StringBuilder("\n## How it ends\n\n| status | meaning |\n| --- | --- |\n");
        statusCodes().forEach((status, meaning) -> table.append("| " + status + " | " + meaning + " |\n"));
        return table.toString();
    }

    private static Map<Integer, String> statusCodes() {
        Map<Integer, String> codes = new TreeMap<>(Arrays.stream(ErrorCode.values())
                .collect(Collectors.groupingBy(
                        ErrorCode::exitStatus,
                        Collectors.mapping(code -> "`" + code + "`", Collectors.joining(", ")))));
        codes.put(0, "All is well.");
        codes.put(App.INTERNAL, "A fault of codeb itself.");
        codes.put(App.PIPE_CLOSED, "Nobody reads standard output any more.");
        codes.merge(App.MISUSE, "It was called wrongly, or ", (code, wrongly) -> wrongly + code);
        codes.merge(130, "Ended by Ctrl-C, or ", (code, ended) -> ended + code);
        codes.put(143, "Ended by SIGTERM.");
        return codes;
    }

    private static String commands() {
        CommandLine root = WordsTest.commands();
        StringBuilder text = new StringBuilder("\n## Of every command\n\n| option | meaning |\n| --- | --- |\n");
        CommandSpec any =
                Objects.requireNonNull(root.getSubcommands().get("recover")).getCommandSpec();
        any.options().stream()
                .filter(option -> Common.standardNames().contains(option.longestName()))
                .forEach(option -> text.append(row(option)));
        WordsTest.all(root).stream()
                .filter(command -> command.getSubcommands().isEmpty())
                .forEach(command -> text.append(section(command.getCommandSpec())));
        return text.toString();
    }

    private static String section(CommandSpec command) {
        String words =
                command.positionalParameters().stream().map(DocumentTest::label).collect(Collectors.joining(" "));
        String call = (command.qualifiedName() + " " + words).strip();
        String description = String.join(" ", command.usageMessage().description());
        String text = "\n## " + command.qualifiedName() + "\n\n" + wrapped("`" + call + "`: " + description);
        StringBuilder rows = new StringBuilder();
        command.positionalParameters()
                .forEach(word -> rows.append("| `" + word.paramLabel() + "` | " + described(word) + " |\n"));
        command.options().stream()
                .filter(option -> !Common.standardNames().contains(option.longestName()))
                .forEach(option -> rows.append(row(option)));
        return rows.isEmpty() ? text : text + "\n| word | meaning |\n| --- | --- |\n" + rows;
    }

    /** In lines that are no longer than the columns there are. */
    private static String wrapped(String paragraph) {
        return paragraph.replaceAll("(.{1,120})(?: |$)", "$1\n");
    }

    static String label(PositionalParamSpec word) {
        String name = word.arity().max() > 1 ? word.paramLabel() + "…" : word.paramLabel();
        return word.arity().min() == 0 ? "[" + name + "]" : name;
    }

    private static String row(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return "| `" + String.join("`, `", option.names()) + value + "` | " + described(option) + " |\n";
    }

    private static String described(ArgSpec arg) {
        return described(arg, "`");
    }

    /** What an option or a word means, each choice between quotes. */
    static String described(ArgSpec arg, String quote) {
        String text = String.join(" ", arg.description()).replace("$$", "$");
        Iterable<String> candidates = arg.completionCandidates();
        return candidates == null
                ? text
                : text.replace(
                        "${COMPLETION-CANDIDATES}", quote + String.join(quote + ", " + quote, candidates) + quote);
    }
}
