package io.codeb.mail;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Reads no more than a mail server has to say: one that talks on and on, in one line even, fills no memory. */
final class BoundedSocket extends Socket {
    private static final int MOST = 1 << 20;

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            private int left = MOST;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the server says more than 1 MiB");
                }
                int read = in.read(bytes, offset, Math.min(length, left));
                left -= Math.max(read, 0);
                return read;
            }
        };
    }
}
