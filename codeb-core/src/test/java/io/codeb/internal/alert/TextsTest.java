package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each alert is said whole in each language. */
class TextsTest {
    private static final String BUNDLE = "io.codeb.internal.alert.messages";
    private static final Pattern NAME = Pattern.compile("\\{[^}]*\\}");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    static Stream<ResourceBundle> bundles() {
        return Stream.of(Locale.ROOT, Locale.KOREAN).map(locale -> ResourceBundle.getBundle(BUNDLE, locale));
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    @Test
    void bothLanguagesSayTheSame() {
        ResourceBundle english = ResourceBundle.getBundle(BUNDLE, Locale.ROOT);
        ResourceBundle korean = ResourceBundle.getBundle(BUNDLE, Locale.KOREAN);

        assertThat(korean.getLocale()).isEqualTo(Locale.KOREAN);
        assertThat(korean.keySet()).isEqualTo(english.keySet());
        for (String key : english.keySet()) {
            assertThat(names(korean.getString(key))).as(key).isEqualTo(names(english.getString(key)));
            assertThat(korean.getString(key)).as(key).containsPattern("[가-힣]");
        }
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void thereAreNoTextsOfKindsThatThereAreNot(ResourceBundle bundle) {
        Set<String> kinds = Arrays.stream(AlertKind.values()).map(Enum::name).collect(Collectors.toSet());

        assertThat(bundle.keySet().stream()
                        .filter(key -> key.contains("."))
                        .map(key -> key.substring(0, key.indexOf('.'))))
                .isNotEmpty()
                .allSatisfy(kind -> assertThat(kinds).contains(kind));
    }

    @ParameterizedTest
    @EnumSource(AlertKind.class)
    void eachKindIsSaid(AlertKind kind) {
        for (Locale locale : new Locale[] {Locale.ENGLISH, Locale.KOREA, Locale.FRENCH}) {
            Texts texts = new Texts(locale);
            for (Alert.State state : Alert.State.values()) {
                if (state == Alert.State.OVER
                        && Set.of(AlertKind.BACKUP_MADE, AlertKind.TEST).contains(kind)) {
                    continue;
                }
                Alert alert = texts.alert(new Topic(kind, "shop", "offsite"), state, NOW, Map.of("message", "why"));
                assertThat(alert.title()).isNotBlank().doesNotContain("{").doesNotContain("\n");
                assertThat(alert.text()).doesNotContain("{");
                assertThat(alert.title().codePoints().anyMatch(c -> c >= 0xAC00 && c <= 0xD7A3))
                        .isEqualTo(locale.equals(Locale.KOREA));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nBcc: all@example.com", "a\u0000b", "{hint}", "$1", "a\\b"})
    void whatComesFromElsewhereStaysInItsLine(String message) {
        Alert alert = new Texts(Locale.ENGLISH)
                .alert(
                        new Topic(AlertKind.KEY_TROUBLE, "shop", ""),
                        Alert.State.RAISED,
                        NOW,
                        Map.of("message", message, "hint", "what to do", "code", "KEY_WRONG"));

        assertThat(alert.text().lines()).hasSize(3);
        assertThat(alert.text().lines().toList().get(1)).isEqualTo("what to do");
        assertThat(alert.facts().get("message")).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void whatIsVeryLongIsCut() {
        Alert alert = new Texts(Locale.ENGLISH)
                .alert(
                        new Topic(AlertKind.BACKUP_FAILED, "shop", ""),
                        Alert.State.RAISED,
                        NOW,
                        Map.of("message", "x".repeat(1_000_000)));

        assertThat(alert.text()).hasSizeLessThan(1_200);
    }
}
