package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However often something is noticed, it is told when it begins, when it is over, and now and then in between. */
class BoardTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration REMIND = Duration.ofHours(24);
    private static final Topic TOPIC = new Topic(AlertKind.BACKUP_FAILED, "shop", "");
    private static final Topic OTHER = new Topic(AlertKind.BACKUP_FAILED, "blog", "");
    private static final Texts TEXTS = new Texts(Locale.ENGLISH);

    private final Board board = new Board(REMIND);

    /** Something is noticed. */
    record Look(boolean wrong, Duration later) {}

    private static Board.Wording wording(Topic topic, Instant at) {
        return state -> TEXTS.alert(topic, state, at, Map.of());
    }

    private Optional<Alert> look(Board at, boolean wrong, Instant now) {
        return wrong ? at.raise(TOPIC, now, wording(TOPIC, now)) : at.clear(TOPIC, wording(TOPIC, now));
    }

    @Provide
    Arbitrary<List<Look>> looks() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(0, 100_000).map(Duration::ofSeconds))
                .as(Look::new)
                .list()
                .ofMaxSize(60);
    }

    @Property
    void whatIsToldTellsTheStory(@ForAll("looks") List<Look> looks) {
        Board fresh = new Board(REMIND);
        Instant now = START;
        boolean wrong = false;
        Instant told = START;
        for (Look look : looks) {
            now = now.plus(look.later());
            Optional<Alert.State> state = look(fresh, look.wrong(), now).map(Alert::state);
            if (look.wrong() && !wrong) {
                assertThat(state).contains(Alert.State.RAISED);
                told = now;
            } else if (!look.wrong() && wrong) {
                assertThat(state).contains(Alert.State.OVER);
            } else if (!look.wrong()) {
                assertThat(state).isEmpty();
            } else if (Duration.between(told, now).compareTo(REMIND) >= 0) {
                assertThat(state).contains(Alert.State.LASTING);
                told = now;
            } else {
                assertThat(state).isEmpty();
            }
            wrong = look.wrong();
            assertThat(fresh.standing()).hasSize(wrong ? 1 : 0);
        }
    }

    @Example
    void aClockThatIsSetBackTellsNothingTwice() {
        assertThat(look(board, true, START)).isPresent();
        assertThat(look(board, true, START.minus(Duration.ofDays(400)))).isEmpty();
        assertThat(look(board, true, START.plus(REMIND))).isPresent();
    }

    @Example
    void oneTopicHasNothingToDoWithAnother() {
        List<Alert> told = new ArrayList<>();
        board.raise(TOPIC, START, wording(TOPIC, START)).ifPresent(told::add);
        board.raise(OTHER, START, wording(OTHER, START)).ifPresent(told::add);
        board.clear(TOPIC, wording(TOPIC, START)).ifPresent(told::add);

        assertThat(told).extracting(Alert::project).containsExactly("shop", "blog", "shop");
        assertThat(board.standing()).singleElement().satisfies(alert -> assertThat(alert.project())
                .isEqualTo("blog"));
    }
}
