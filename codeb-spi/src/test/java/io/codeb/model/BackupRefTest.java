package io.codeb.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupRefTest {
    private static final String ID = "20260102T030405Z-k3f7q2x7";
    private static final BackupRef REF = new BackupRef("offsite", "shop", new BackupId(ID));

    @Test
    void itsTextIsReadBack() {
        assertThat(REF).hasToString("offsite/shop/" + ID);
        assertThat(BackupRef.parse("offsite/shop/" + ID)).isEqualTo(REF).hasSameHashCodeAs(REF);
    }

    @Test
    void anotherRepositorysIsAnother() {
        assertThat(BackupRef.parse("default/shop/" + ID)).isNotEqualTo(REF).isLessThan(REF);
        assertThat(BackupRef.parse("offsite/cart/" + ID)).isNotEqualTo(REF).isLessThan(REF);
        assertThat(BackupRef.parse("offsite/shop/20250102T030405Z-k3f7q2x7"))
                .isNotEqualTo(REF)
                .isLessThan(REF);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                ID,
                "shop/" + ID,
                "offsite/shop",
                "offsite/shop/",
                "/shop/" + ID,
                "offsite//" + ID,
                "offsite/shop/" + ID + "/",
                "/offsite/shop/" + ID,
                "offsite/shop/" + ID + "/manifest.json",
                "offsite/shop/" + ID + "\n",
                " offsite/shop/" + ID,
                "../shop/" + ID,
                "offsite/../" + ID,
                "offsite/_keys/" + ID,
                "Offsite/shop/" + ID,
                "offsite/sh\0op/" + ID,
                "offsite/쇼핑/" + ID,
                "offsite\\shop\\" + ID,
                "offsite/shop/latest"
            })
    void anyOtherTextIsRefused(String text) {
        assertThatThrownBy(() -> BackupRef.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("repository/project/id");
    }

    @Test
    void aNameThatIsNoneIsRefusedHoweverItComes() {
        BackupId id = new BackupId(ID);

        assertThatThrownBy(() -> new BackupRef("a/b", "shop", id)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BackupRef("offsite", "..", id)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BackupRef("a".repeat(64), "shop", id))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLongTextIsNotRepeatedWhole() {
        assertThatThrownBy(() -> BackupRef.parse("x/".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Property
    void whateverIsReadIsWrittenTheSame(
            @ForAll @Chars({'a', '0', '-', '_', '/', '.', 'Z'}) @StringLength(max = 9) String start) {
        String text = start + "/" + ID;
        try {
            assertThat(BackupRef.parse(text)).hasToString(text);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining(text);
        }
    }
}
