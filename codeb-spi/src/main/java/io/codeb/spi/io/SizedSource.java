package io.codeb.spi.io;

import java.nio.ByteBuffer;
import java.util.function.Function;

/** Passes on content whose size was announced: a byte more and a byte less are errors. */
public final class SizedSource extends FilterSource {
    private final long size;
    private final Function<String, ? extends RuntimeException> error;
    private long passed;

    /**
     * Makes the source.
     *
     * @param upstream where the bytes come from; owned by this source from here on
     * @param size how many they must be, at least 0
     * @param error makes what is thrown of words that say how they are not
     */
    public SizedSource(ByteSource upstream, long size, Function<String, ? extends RuntimeException> error) {
        super(upstream);
        this.size = size;
        this.error = error;
    }

    @Override
    protected int supply(ByteBuffer dst) {
        int count = upstream().read(dst);
        if (count == END) {
            if (passed < size) {
                throw error.apply("its content ended after " + passed + " of the " + size + " bytes announced");
            }
            return END;
        }
        passed += count;
        if (passed > size) {
            throw error.apply("its content is longer than the " + size + " bytes announced");
        }
        return count;
    }
}
