package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
    private static final Pattern PLACE = Pattern.compile("\\{[0-9]}");
    private static final Pattern HANGUL = Pattern.compile("\\p{IsHangul}");
    private static final Pattern USED =
            Pattern.compile("(?:because\\(|new Turnstile\\()\\s*\"([^\"]+)\"", Pattern.MULTILINE);

    private static List<String> places(Language language, String key) {
        Object[] marks = {"{0}", "{1}", "{2}", "{3}"};
        return PLACE.matcher(language.say(key, marks))
                .results()
                .map(MatchResult::group)
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isCode(String key) {
        return key.equals(key.toUpperCase(Locale.ROOT));
    }

    @Test
    void eachCodeHasATitleInKorean() {
        assertThat(Language.KOREAN.keys().stream().filter(LanguageTest::isCode))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of(ErrorCode.values()).map(Enum::name),
                                Stream.of(Refusal.values()).map(Enum::name))
                        .toList());
    }

    @Test
    void bothLanguagesHaveTheSameTextsWithTheSamePlaces() {
        assertThat(Language.KOREAN.keys().stream().filter(key -> !isCode(key)))
                .containsExactlyInAnyOrderElementsOf(Language.ENGLISH.keys());
        for (String key : Language.ENGLISH.keys()) {
            assertThat(places(Language.KOREAN, key)).as(key).isEqualTo(places(Language.ENGLISH, key));
        }
        assertThat(Language.KOREAN.keys())
                .allSatisfy(key -> assertThat(Language.KOREAN.say(key)).containsPattern(HANGUL));
    }

    /** What a refusal says is a text that there is, and there is none that nobody says. */
    @Test
    void eachTextIsSaid() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(each -> each.toString().endsWith(".java")).toList()) {
                USED.matcher(Files.readString(source)).results().forEach(found -> used.add(found.group(1)));
            }
        }

        assertThat(used)
                .isEqualTo(Language.ENGLISH.keys().stream()
                        .filter(key -> !key.endsWith(".hint"))
                        .collect(Collectors.toSet()));
        assertThat(Language.ENGLISH.keys().stream().filter(key -> key.endsWith(".hint")))
                .allMatch(key -> used.contains(key.substring(0, key.length() - ".hint".length())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ko                       | KOREAN",
                "ko-KR,ko;q=0.9,en;q=0.8  | KOREAN",
                "KO                       | KOREAN",
                "en-US,en;q=0.9,ko;q=0.8  | ENGLISH",
                "en;q=0.1, ko;q=0.2       | KOREAN",
                "de, ko;q=0.1             | KOREAN",
                "de                       | ENGLISH",
                "*                        | ENGLISH",
                "ko;q=0                   | ENGLISH",
                "korean                   | ENGLISH",
                "'ko;q=x'                 | ENGLISH",
                "';;,,q=1;\"'             | ENGLISH",
            })
    void theLanguageIsThatWhichIsPreferredOfThoseThatThereAre(String header, Language language) {
        assertThat(Language.of(HttpFields.build().put(HttpHeader.ACCEPT_LANGUAGE, header)))
                .isEqualTo(language);
    }

    @Test
    void whoPrefersNoneIsToldInEnglish() {
        assertThat(Language.of(HttpFields.EMPTY)).isEqualTo(Language.ENGLISH);
    }

    @Test
    void aRefusalIsToldInEachLanguageAndItsCodeStays() {
        ProblemException refusal = Refusal.REQUEST_INVALID.because("parameter-value", "mode", List.of("new"));

        Problem korean = refusal.problem(Language.KOREAN);

        assertThat(refusal.problem().detail()).isEqualTo("mode is none of what it can be");
        assertThat(refusal.problem().hint()).isEqualTo("it is one of [new]");
        assertThat(korean.detail()).isEqualTo("mode에 쓸 수 없는 값입니다");
        assertThat(korean.hint()).isEqualTo("쓸 수 있는 값: [new]");
        assertThat(korean.title()).isEqualTo("요청이 올바르지 않습니다");
        assertThat(List.of(korean.code(), korean.type(), korean.status()))
                .isEqualTo(List.of(
                        refusal.problem().code(),
                        refusal.problem().type(),
                        refusal.problem().status()));
    }

    @Test
    void whatTheLibraryThrowsKeepsItsWordsUnderATitleOfTheLanguage() {
        ProblemException failure = new ProblemException(Problem.of(new ConfigException("nobody said that", "say it")));

        assertThat(failure.problem(Language.KOREAN).title()).isEqualTo("설정이나 요청이 올바르지 않습니다");
        assertThat(failure.problem(Language.KOREAN).detail()).isEqualTo("nobody said that");
        assertThat(failure.problem().title()).isEqualTo("Config invalid");
    }
}
