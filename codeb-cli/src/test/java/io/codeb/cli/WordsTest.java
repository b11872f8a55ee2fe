package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.Cancellation;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class WordsTest {
    private static final Pattern HANGUL = Pattern.compile("\\p{IsHangul}");

    static CommandLine commands() {
        return commands(Locale.ENGLISH);
    }

    private static CommandLine commands(Locale language) {
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false,
                false,
                false,
                80,
                language,
                ZoneOffset.UTC);
        return new App(terminal, Map.of(), new Cancellation()).commandLine();
    }

    static List<CommandLine> all(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(below -> all.addAll(all(below)));
        return all;
    }

    @Test
    void bothLanguagesHaveTheSameKeysAndPlaces() {
        ResourceBundle english = Words.bundle(Locale.ENGLISH);
        ResourceBundle korean = Words.bundle(Locale.KOREAN);
        Pattern place = Pattern.compile("\\{[0-9]}");

        for (String key : english.keySet()) {
            assertThat(place.matcher(korean.getString(key))
                            .results()
                            .map(r -> r.group())
                            .distinct()
                            .sorted())
                    .as(key)
                    .isEqualTo(place.matcher(english.getString(key))
                            .results()
                            .map(r -> r.group())
                            .distinct()
                            .sorted()
                            .toList());
        }
    }

    @Test
    void eachCommandIsDescribedInBothLanguages() {
        ResourceBundle korean = Words.bundle(Locale.KOREAN);

        for (CommandLine command : all(commands())) {
            String key = command.getCommandSpec().qualifiedName(".") + ".usage.description";
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(key)
                    .isNotEmpty();
            assertThat(korean.containsKey(key)).as(key).isTrue();
        }
    }

    @Test
    void eachOptionAndParameterIsDescribedInBothLanguages() {
        for (CommandLine command : all(commands())) {
            command.getCommandSpec().args().forEach(arg -> assertThat(String.join(" ", arg.description()))
                    .as(command.getCommandSpec().qualifiedName() + " " + arg)
                    .contains(" ")
                    .doesNotContainPattern(HANGUL));
        }
        for (CommandLine command : all(commands(Locale.KOREAN))) {
            command.getCommandSpec().args().forEach(arg -> assertThat(String.join(" ", arg.description()))
                    .as(command.getCommandSpec().qualifiedName() + " " + arg)
                    .containsPattern(HANGUL));
        }
    }

    /** A text of an option that is gone, or of which the name changed. */
    @Test
    void noTextIsLeftOver() {
        Set<String> said = new HashSet<>();
        for (CommandLine command : all(commands(Locale.KOREAN))) {
            said.addAll(List.of(command.getCommandSpec().usageMessage().description()));
            command.getCommandSpec().args().forEach(arg -> said.addAll(List.of(arg.description())));
        }
        ResourceBundle english = Words.bundle(Locale.ENGLISH);
        ResourceBundle korean = Words.bundle(Locale.KOREAN);

        assertThat(korean.keySet()).filteredOn(key -> !english.containsKey(key)).allSatisfy(key -> {
            String text = korean.getString(key).replaceFirst("\\$\\{.*", "");
            assertThat(said).anyMatch(each -> each.startsWith(text));
        });
    }

    /** They would be in lists of processes. */
    @Test
    void noSecretIsTakenAsAWord() {
        for (CommandLine command : all(commands())) {
            command.getCommandSpec().options().forEach(option -> assertThat(option.longestName())
                    .doesNotContainIgnoringCase("password")
                    .doesNotContainIgnoringCase("secret")
                    .doesNotContainIgnoringCase("identity"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "9949, 9.9 kB",
        "9950, 10 kB",
        "999499, 999 kB",
        "999500, 1.0 MB",
        "123456789, 123 MB",
        "9223372036854775807, 9.2 EB"
    })
    void sizesHaveThreeDigitsOrSo(long bytes, String text) {
        assertThat(Words.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"ko_KR.UTF-8, ko", "ko, ko", "C.UTF-8, ''", "POSIX, posix", "de_DE@euro, de", "'', ''"})
    void theLanguageIsThatOfTheEnvironment(String value, String language) {
        assertThat(Terminal.language(Map.of("LC_ALL", value)).getLanguage()).isEqualTo(language);
        assertThat(Terminal.language(Map.of("LANG", value)).getLanguage()).isEqualTo(language);
    }

    @Test
    void timesAreShort() {
        assertThat(Words.took(Duration.ofMillis(1_234))).isEqualTo("1.2 s");
        assertThat(Words.took(Duration.ofSeconds(75))).isEqualTo("1:15");
        assertThat(Words.took(Duration.ofSeconds(3_725))).isEqualTo("1:02:05");
    }

    @Property
    void whatIsCutFitsAndBeginsAsBefore(@ForAll String text, @ForAll @IntRange(min = 1, max = 60) int columns) {
        String printable = Columns.printable(text);
        String cut = Columns.cut(printable, columns);

        assertThat(Columns.width(cut)).isLessThanOrEqualTo(columns);
        assertThat(printable).startsWith(cut.equals(printable) ? cut : cut.substring(0, cut.length() - 1));
    }

    @Property
    void nothingThatATerminalObeysIsLeft(@ForAll String text) {
        assertThat(Columns.printable(text).codePoints()).noneMatch(Character::isISOControl);
    }

    @Test
    void lettersOfEastAsiaTakeTwoColumns() {
        assertThat(Columns.width("백업 a")).isEqualTo(6);
        assertThat(Columns.cut("백업백업", 5)).isEqualTo("백업…");
    }
}
