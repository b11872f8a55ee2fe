package io.codeb.podman;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Takes the API's multiplexed stream apart: frames of a stream number, three zeros, a length of four bytes, and the
 * payload (Docker Engine API, "ContainerAttach", stream format). It may be fed in pieces of any size.
 */
final class FrameReader {
    private static final int HEADER = 8;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    /** Both engines send frames of a few dozen KiB; what is much larger is no frame. */
    static final int MAX_FRAME = 16 * 1024 * 1024;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private int stream;
    private int left;

    /** Where payloads go. The buffers are only good during the call. */
    interface Receiver {
        void stdout(ByteBuffer payload);

        void stderr(ByteBuffer payload);
    }

    /**
     * Takes all that remains.
     *
     * @throws ProtocolException when this is no such stream; nothing more can be fed then
     */
    void feed(ByteBuffer bytes, Receiver receiver) throws ProtocolException {
        while (bytes.hasRemaining()) {
            if (left == 0) {
                readHeader(bytes);
            } else {
                int n = Math.min(left, bytes.remaining());
                ByteBuffer payload = bytes.slice(bytes.position(), n);
                bytes.position(bytes.position() + n);
                left -= n;
                if (stream == STDOUT) {
                    receiver.stdout(payload);
                } else {
                    receiver.stderr(payload);
                }
            }
        }
    }

    /** Whether an end here is between two frames. */
    boolean betweenFrames() {
        return left == 0 && header.position() == 0;
    }

    private void readHeader(ByteBuffer bytes) throws ProtocolException {
        while (header.hasRemaining() && bytes.hasRemaining()) {
            header.put(bytes.get());
        }
        if (header.hasRemaining()) {
            return;
        }
        stream = header.get(0);
        left = header.getInt(4);
        boolean padded = header.get(1) == 0 && header.get(2) == 0 && header.get(3) == 0;
        if ((stream != STDOUT && stream != STDERR) || !padded || left < 0 || left > MAX_FRAME) {
            throw new ProtocolException("the stream of the command is not in frames");
        }
        header.clear();
    }
}
