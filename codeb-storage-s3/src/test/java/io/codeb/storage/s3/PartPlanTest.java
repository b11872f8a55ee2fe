package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PartPlanTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    private static PartPlan plan(int firstMib, int maxParts) {
        return new PartPlan(firstMib * MIB, maxParts, 64 * MIB, 4);
    }

    private static long length(PartPlan plan, int parts) {
        long length = 0;
        for (int part = 1; part <= parts; part++) {
            length += plan.sizeOf(part);
        }
        return length;
    }

    @Property
    void tenThousandPartsReachAsFarAsS3Does(@ForAll @IntRange(min = 5, max = 5_120) int firstMib) {
        PartPlan plan = plan(firstMib, 10_000);

        assertThat(length(plan, 10_000)).isGreaterThanOrEqualTo(PartPlan.LARGEST_OBJECT);
        assertThat(plan.reach()).isEqualTo(PartPlan.LARGEST_OBJECT);
    }

    @Property
    void theReachIsTheSumOfThePartsOrWhatS3Takes(
            @ForAll @IntRange(min = 5, max = 5_120) int firstMib,
            @ForAll @IntRange(min = 10, max = 10_000) int maxParts) {
        PartPlan plan = plan(firstMib, maxParts);

        assertThat(plan.reach()).isEqualTo(Math.min(PartPlan.LARGEST_OBJECT, length(plan, maxParts)));
    }

    @Property
    void everyPartIsOneThatS3TakesAndNoneIsSmallerThanTheOneBefore(
            @ForAll @IntRange(min = 5, max = 5_120) int firstMib,
            @ForAll @IntRange(min = 10, max = 10_000) int maxParts) {
        PartPlan plan = plan(firstMib, maxParts);
        long before = firstMib * MIB;
        for (int part = 1; part <= maxParts; part++) {
            long size = plan.sizeOf(part);
            assertThat(size).isBetween(before, PartPlan.LARGEST_PART);
            before = size;
        }
    }

    @Property
    void anUploadHoldsTheMemoryThatItMayOrTwoParts(
            @ForAll @IntRange(min = 5, max = 5_120) int sizeMib,
            @ForAll @IntRange(min = 10, max = 4_096) int memoryMib) {
        PartPlan plan = new PartPlan(sizeMib * MIB, 10_000, memoryMib * MIB, 64);

        long held = (plan.inFlight(sizeMib * MIB) + 1L) * sizeMib * MIB;

        assertThat(held).isLessThanOrEqualTo(Math.max(memoryMib * MIB, 2L * sizeMib * MIB));
    }

    /** The table in docs/storage.md. */
    @Test
    void theDefaultPlanIsTheOneThatIsDocumented() {
        PartPlan plan = plan(8, 10_000);

        assertThat(plan.sizeOf(1)).isEqualTo(8 * MIB);
        assertThat(plan.sizeOf(1_000)).isEqualTo(8 * MIB);
        assertThat(plan.sizeOf(1_001)).isEqualTo(16 * MIB);
        assertThat(plan.sizeOf(7_000)).isEqualTo(512 * MIB);
        assertThat(plan.sizeOf(10_000)).isBetween(1_408 * MIB, 1_410 * MIB);
        assertThat(length(plan, 3_000)).isBetween(54 * GIB, 55 * GIB);
        assertThat(length(plan, 7_000)).isBetween(992 * GIB, 993 * GIB);
    }

    @Test
    void aThousandPartsReachOneAndAHalfTebibytesAndFurtherWithLargerOnes() {
        assertThat(plan(8, 1_000).reach()).isBetween(3 * TIB / 2, 8 * TIB / 5);
        assertThat(plan(5_120, 1_000).reach()).isEqualTo(5_000 * GIB);
    }
}
