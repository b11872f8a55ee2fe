package io.codeb.postgresql.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SettingListTest {
    @Test
    void namesAreFreedOfTheQuotesThatTheCatalogHas() {
        assertThat(SettingList.values("search_path", "\"$user\", public, \"we\"\"ird, one\""))
                .containsExactly("$user", "public", "we\"ird, one");
    }

    @Test
    void theEmptyNameThatHidesAllSchemasIsAName() {
        assertThat(SettingList.values("search_path", "\"\"")).containsExactly("");
    }

    @Test
    void anEmptyListHasNoNames() {
        assertThat(SettingList.values("search_path", "")).isEmpty();
    }

    @Test
    void aSettingsNameIsReadWithoutItsCase() {
        assertThat(SettingList.values("Search_Path", "a, b")).containsExactly("a", "b");
    }

    @Test
    void otherSettingsStayAsTheyAre() {
        assertThat(SettingList.values("DateStyle", "ISO, DMY")).containsExactly("ISO, DMY");
        assertThat(SettingList.values("my.search_path", "a, b")).containsExactly("a, b");
    }

    @Test
    void whatIsNoListStaysAsItIs() {
        for (String value : List.of("\"open", "a,", ",a", "a,,b", "a b", "\"a\"b")) {
            assertThat(SettingList.values("search_path", value)).containsExactly(value);
        }
    }

    @Property(tries = 500)
    void whateverTheServerQuotesIsFoundAgain(@ForAll @Size(min = 1, max = 5) List<String> names) {
        List<String> quoted = names.stream()
                .map(name -> '"' + name.replace("\"", "\"\"") + '"')
                .toList();
        assertThat(SettingList.values("search_path", String.join(", ", quoted))).isEqualTo(names);
    }
}
