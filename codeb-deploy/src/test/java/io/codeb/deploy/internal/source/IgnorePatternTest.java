package io.codeb.deploy.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnorePatternTest {
    @ParameterizedTest
    @CsvSource({
        ".env, .env",
        ".env, .env/production",
        "config/secrets, config/secrets/deep/key.pem",
        "*.pem, key.pem",
        "*.pem, keys.pem/readme",
        "*, Containerfile",
        "*, deep/down/file",
        "*/*.pem, keys/a.pem",
        "*/temp*, some/temporary/file",
        "temp?, tempa",
        "temp?, temp길",
        "**, any/file",
        "**/*.pem, a.pem",
        "**/*.pem, a/b/c.pem",
        "**/.git, .git/config",
        "**/.git, vendor/.git/config",
        "keys/**, keys/a/b",
        "keys/**/a, keys/a",
        "keys/**/a, keys/b/c/a",
        "a**b, ab",
        "a**b, ax/y/b",
        "**secret, a/my-secret",
        "***, a",
        "key[0-9], key7",
        "key[^0-9], keys",
        "[ab]c, bc",
        "[\\]\\-]x, ]x",
        "[\\]\\-]x, -x",
        "a\\*b, a*b",
        "a\\b, ab",
        "a.b|c(d), a.b|c(d)",
        "파일*, 파일.txt"
    })
    void aPatternIsSaidOfAFileOrOfADirectoryAboveIt(String pattern, String path) {
        assertThat(IgnorePattern.of(pattern).matches(path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        ".env, config/.env",
        ".env, .envrc",
        ".env, xenv",
        "config/secrets, config",
        "config/secrets, config/secrets2",
        "*.pem, keys/a.pem",
        "*/*.pem, a.pem",
        "*/*.pem, a/b/c.pem",
        "temp?, temp",
        "temp?, temp/a",
        "keys/**, keys",
        "keys/**/a, keys/ba",
        "a**b, axb",
        "**/secret, my-secret",
        "**s?cret, my-secret",
        "**/.git, .github/workflow",
        "key[0-9], keys",
        "key[^0-9], key7",
        "a\\*b, axb",
        "A, a",
        "../a, a"
    })
    void aPatternIsSaidOfNothingElse(String pattern, String path) {
        assertThat(IgnorePattern.of(pattern).matches(path)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, a/b",
        "a/b/, a/b",
        "./a, a",
        "a//b, a/b",
        "a/./b, a/b",
        "a/b/../c, a/c",
        "/../a, a",
        "../a, ../a",
        "a/../../b, ../b",
        "/, ''",
        "., ''"
    })
    void aPathIsSaidFromTheTop(String path, String clean) {
        assertThat(IgnorePattern.cleaned(path)).isEqualTo(clean);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "a[", "[a", "[^", "[]", "[]a]", "[-a]", "[a-]", "[a-b-c]", "[b-a]", "[a\\", "a\\"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> IgnorePattern.of(pattern));
    }

    @Test
    @Timeout(20)
    void noPatternTakesLongForALongPath() {
        IgnorePattern pattern = IgnorePattern.of("**/a*".repeat(100) + "b");

        assertThat(pattern.matches("a/".repeat(1_000) + "c")).isFalse();
    }

    @Property
    void aPatternSaysWhatItsRegularExpressionSays(
            @ForAll("patterns") List<String> pieces, @ForAll("paths") String path) {
        String pattern = IgnorePattern.cleaned(String.join("", pieces));
        Pattern expression = Pattern.compile(expression(pattern));
        boolean matches = expression.matcher(path).matches();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            matches |= expression.matcher(path.substring(0, slash)).matches();
        }

        assertThat(IgnorePattern.of(pattern).matches(path))
                .as(pattern + " of " + path)
                .isEqualTo(matches);
    }

    private static String expression(String pattern) {
        if (pattern.matches("\\*\\*[ab][ab/]*")) {
            return ".*" + pattern.substring(2);
        }
        return pattern.replaceAll("\\*\\*/?$", "<all>")
                .replaceAll("\\*\\*/?", "<directories>")
                .replace("*", "[^/]*")
                .replace("?", "[^/]")
                .replace("<all>", ".*")
                .replace("<directories>", "(.*/)?");
    }

    @Provide
    Arbitrary<List<String>> patterns() {
        return Arbitraries.of("a", "b", "/", "*", "**", "**/", "?")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> name =
                Arbitraries.strings().withChars('a', 'b').ofMinLength(1).ofMaxLength(3);
        return name.list().ofMinSize(1).ofMaxSize(4).map(names -> String.join("/", names));
    }
}
