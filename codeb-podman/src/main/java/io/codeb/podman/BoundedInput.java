package io.codeb.podman;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that is an error from a certain byte on. */
final class BoundedInput extends FilterInputStream {
    private long left;

    /**
     * @param limit how many bytes may be read
     */
    BoundedInput(InputStream in, long limit) {
        super(in);
        this.left = limit;
    }

    /** Allows more. */
    void allow(long bytes) {
        left = Math.addExact(left, bytes);
    }

    @Override
    public int read() throws IOException {
        return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        return counted(n, n);
    }

    @Override
    public long skip(long bytes) throws IOException {
        long n = super.skip(bytes);
        counted(0, n);
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private int counted(int answer, long bytes) throws IOException {
        if (answer >= 0) {
            left -= bytes;
            if (left < 0) {
                throw new IOException("more bytes than there should be");
            }
        }
        return answer;
    }
}
