package io.codeb.spi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
    @Property(tries = 2_000)
    void whateverIsAKeyStaysBelowItsRoot(
            @ForAll
                    @StringLength(min = 1, max = 12)
                    @CharRange(from = 'a', to = 'c')
                    @Chars({'.', '/', '-', '\\', '~', '%'})
                    String text) {
        if (ObjectKey.isValid(text)) {
            Path root = Path.of("/root/of/storage");
            Path resolved = root.resolve(text);
            assertThat(resolved.normalize()).isEqualTo(resolved);
            assertThat(resolved.startsWith(root)).isTrue();
        } else {
            assertThatThrownBy(() -> new ObjectKey(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/..",
                "../a",
                "a/../b",
                ".tmp-x",
                "a/.b",
                "a b",
                "a\nb",
                "a\u0000b",
                "a\\b",
                "쇼핑",
                "a:b",
                "C:\\x",
                "%2e%2e",
                "~"
            })
    void isNoKey(String text) {
        assertThat(ObjectKey.isValid(text)).isFalse();
    }

    @Test
    void aKeyHasALongestLength() {
        String longest = ("a".repeat(99) + "/").repeat(7).substring(0, ObjectKey.MAX_LENGTH - 1) + "b";
        assertThat(ObjectKey.isValid(longest.substring(0, 699))).isTrue();
        assertThat(ObjectKey.isValid(longest + "xx")).isFalse();
        assertThat(ObjectKey.isValid("a".repeat(201))).isFalse();
    }

    @Test
    void aKeyKnowsItsParts() {
        ObjectKey key = new ObjectKey("shop").child("20260102").child("a.b");
        assertThat(key).hasToString("shop/20260102/a.b");
        assertThat(key.name()).isEqualTo("a.b");
        assertThat(new ObjectKey("shop").name()).isEqualTo("shop");
    }
}
