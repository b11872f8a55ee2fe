package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTest {
    private static final String NAME = "codeb_old_3f6c";
    private static final String LINE = "codeb-kept at=2026-01-02T03:04:05Z until=2026-01-03T03:04:05Z of=";
    private static final Instant UNTIL = Instant.parse("2026-01-03T03:04:05Z");

    @Test
    void whatStandsInTheCommentIsRead() {
        assertThat(Kept.of(NAME, LINE + "my+shop%22%0A%ED%95%9C", true, UNTIL)).hasValueSatisfying(kept -> {
            assertThat(kept.facts().database()).isEqualTo("my shop\"\n한");
            assertThat(kept.facts().keptAs()).isEqualTo(NAME);
            assertThat(kept.facts().run()).isEqualTo("3f6c");
            assertThat(kept.facts().replacedAt()).isEqualTo("2026-01-02T03:04:05Z");
            assertThat(kept.facts().keptUntil()).isEqualTo(UNTIL);
            assertThat(kept.trusted()).isTrue();
            assertThat(kept.expired()).isFalse();
        });
    }

    @Test
    void itsTimeIsOverAfterTheLastSecond() {
        assertThat(Kept.of(NAME, LINE + "app", false, UNTIL.plusSeconds(1)))
                .hasValueSatisfying(kept -> assertThat(kept.expired()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "the shop",
                "codeb-kept",
                "codeb-kept at=now until=then of=app",
                "codeb-kept at=2026-01-02T03:04:05Z until=2026-01-03T03:04:05Z of=%zz",
                "codeb-kept at=2026-01-02T03:04:05Z until=2026-01-03T03:04:05Z of=",
                "codeb-kept at=2026-01-02T03:04:05Z until=2026-01-03T03:04:05Z of=app and more",
                "x codeb-kept at=2026-01-02T03:04:05Z until=2026-01-03T03:04:05Z of=app"
            })
    void anyOtherCommentIsNoMark(String line) {
        assertThat(Kept.of(NAME, line, true, UNTIL)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "codeb_old_", "codeb_new_3f6c", "xcodeb_old_3f6c"})
    void aDatabaseOfAnotherNameIsNotKeptWhateverItsCommentSays(String name) {
        assertThat(Kept.of(name, LINE + "app", true, UNTIL)).isEmpty();
    }

    @Test
    void namesAreQuotedWhereverTheyStand() {
        String sql = Kept.mark("codeb_old_\"'", "o'ne \"x\"", Duration.ofHours(1));
        assertThat(sql).contains("'\"codeb_old_\"\"''\"'", "o%27ne+%22x%22", "3600 * interval");
        assertThat(sql).doesNotContain("\n");
    }
}
