package io.codeb.storage.s3;

/**
 * How large the parts of an upload are whose length nobody knows: small ones first, so that small objects take little
 * memory, and larger ones later, so that the parts that are allowed reach as far as S3 does.
 *
 * <p>The parts that are allowed are divided into ten stages. In the first seven the size doubles with each; in the last
 * three it is what is needed to reach {@link #LARGEST_OBJECT}, or {@link #LARGEST_PART}. With 10,000 parts, the first
 * of 8 MiB, this ends beyond 5 TiB; 1,000 parts of at most 5 GiB cannot reach that far, whatever the plan.
 *
 * @param firstSize of a part of the first stage, in bytes
 * @param maxParts how many there may be
 * @param memory how many bytes one upload shall hold; it holds two parts, whatever their size
 * @param maxInFlight how many parts are sent at once at the most
 */
record PartPlan(long firstSize, int maxParts, long memory, int maxInFlight) {
    /** What S3 takes: 5 TiB. */
    static final long LARGEST_OBJECT = 5L << 40;

    /** What S3 takes: 5 GiB. */
    static final long LARGEST_PART = 5L << 30;

    /** What S3 takes: 5 MiB, but for the last part. */
    static final long SMALLEST_PART = 5L << 20;

    private static final int STAGES = 10;
    private static final int DOUBLING_STAGES = 7;

    PartPlan {
        if (firstSize < SMALLEST_PART || firstSize > LARGEST_PART || maxParts < STAGES || maxInFlight < 1) {
            throw new IllegalArgumentException("no plan: " + firstSize + " bytes, " + maxParts + " parts");
        }
    }

    /** The size of a part, from 1 on, in bytes. */
    long sizeOf(int part) {
        int stage = stageOf(part);
        if (stage < DOUBLING_STAGES) {
            return Math.min(firstSize << stage, LARGEST_PART);
        }
        int doublingParts = firstPartOf(DOUBLING_STAGES) - 1;
        long needed = -Math.floorDiv(-(LARGEST_OBJECT - lengthOfStages()), maxParts - doublingParts);
        return Math.max(Math.min(firstSize << (DOUBLING_STAGES - 1), LARGEST_PART), Math.min(needed, LARGEST_PART));
    }

    /** How many parts of that size may be on their way while the next one is filled. */
    int inFlight(long size) {
        return (int) Math.max(1, Math.min(maxInFlight, memory / size - 1));
    }

    /** The longest object that the plan reaches, in bytes. */
    long reach() {
        int lastParts = maxParts - firstPartOf(DOUBLING_STAGES) + 1;
        return Math.min(LARGEST_OBJECT, lengthOfStages() + lastParts * sizeOf(maxParts));
    }

    private long lengthOfStages() {
        long length = 0;
        for (int stage = 0; stage < DOUBLING_STAGES; stage++) {
            int parts = firstPartOf(stage + 1) - firstPartOf(stage);
            length += parts * Math.min(firstSize << stage, LARGEST_PART);
        }
        return length;
    }

    private int stageOf(int part) {
        return (int) ((part - 1L) * STAGES / maxParts);
    }

    private int firstPartOf(int stage) {
        return (int) -Math.floorDiv(-(long) stage * maxParts, (long) STAGES) + 1;
    }
}
