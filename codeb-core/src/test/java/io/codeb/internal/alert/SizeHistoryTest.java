package io.codeb.internal.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.internal.alert.SizeHistory.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What is usual is learned from most of the sizes, and not from the odd ones. */
class SizeHistoryTest {
    private static final long MOST = 1L << 50;

    @Provide
    Arbitrary<List<Long>> histories() {
        return Arbitraries.longs().between(0, MOST).list().ofMinSize(0).ofMaxSize(20);
    }

    @Property
    void theOrderDoesNotMatter(@ForAll("histories") List<Long> sizes, @ForAll @LongRange(max = MOST) long size) {
        List<Long> shuffled = new ArrayList<>(sizes);
        Collections.shuffle(shuffled, new Random(size));

        assertThat(new SizeHistory(shuffled).judge(size)).isEqualTo(new SizeHistory(sizes).judge(size));
    }

    @Property
    void whatIsFartherOutIsNotMoreUsual(
            @ForAll("histories") List<Long> sizes,
            @ForAll @LongRange(max = MOST) long size,
            @ForAll @LongRange(max = MOST) long more) {
        SizeHistory history = new SizeHistory(sizes);

        if (history.judge(size) == Verdict.JUMP) {
            assertThat(history.judge(size + more)).isEqualTo(Verdict.JUMP);
        }
        if (history.judge(size) == Verdict.DROP) {
            assertThat(history.judge(Math.max(0, size - more))).isEqualTo(Verdict.DROP);
        }
    }

    @Property
    void withFewBackupsNobodyKnows(
            @ForAll @Size(max = SizeHistory.FEWEST - 1) List<@LongRange(max = MOST) Long> sizes,
            @ForAll @LongRange(max = MOST) long size) {
        assertThat(new SizeHistory(sizes).judge(size)).isEqualTo(Verdict.USUAL);
    }

    @Property
    void theMedianIsWithinAndHasAsManyBelowAsAbove(@ForAll("histories") List<Long> sizes) {
        if (sizes.isEmpty()) {
            return;
        }
        double median = new SizeHistory(sizes).median();

        assertThat(sizes.stream().filter(size -> size < median).count()).isLessThanOrEqualTo(sizes.size() / 2);
        assertThat(sizes.stream().filter(size -> size > median).count()).isLessThanOrEqualTo(sizes.size() / 2);
    }

    /** Less than half of them may lie about as they like. */
    @Property
    void oddOnesAmongThemNeitherHideNorMakeAnOddOne(
            @ForAll @IntRange(min = 0, max = 4) int odd,
            @ForAll @LongRange(max = MOST) long oddSize,
            @ForAll @LongRange(min = 1_000, max = 1 << 30) long usual) {
        List<Long> sizes = new ArrayList<>(Collections.nCopies(10 - odd, usual));
        sizes.addAll(Collections.nCopies(odd, oddSize));
        SizeHistory history = new SizeHistory(sizes);

        assertThat(history.judge(usual)).isEqualTo(Verdict.USUAL);
        assertThat(history.judge(usual + usual / 10)).isEqualTo(Verdict.USUAL);
        assertThat(history.judge(usual * 2)).isEqualTo(Verdict.JUMP);
        assertThat(history.judge(usual / 2)).isEqualTo(Verdict.DROP);
    }

    @Property
    void whatGrowsEvenlyIsUsual(
            @ForAll @LongRange(min = 1_000, max = 1 << 30) long first, @ForAll @IntRange(max = 3) int percent) {
        List<Long> sizes = new ArrayList<>();
        double size = first;
        for (int i = 0; i < 14; i++) {
            sizes.add(Math.round(size));
            size *= 1 + percent / 100.0;
        }

        assertThat(new SizeHistory(sizes).judge(Math.round(size))).isEqualTo(Verdict.USUAL);
    }

    @Example
    void nothingAfterSomethingIsADrop() {
        assertThat(new SizeHistory(List.of(9L, 10L, 11L, 10L, 9L)).judge(0)).isEqualTo(Verdict.DROP);
    }
}
