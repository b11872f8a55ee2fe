package io.codeb.internal.host;

import io.codeb.spi.io.ByteSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A process's stdin. */
final class HostInput implements ByteSink {
    private final HostSession session;
    private final OutputStream stream;
    private byte[] piece = new byte[0];
    private volatile boolean ended;
    private volatile boolean finished;

    HostInput(HostSession session, OutputStream stream) {
        this.session = session;
        this.stream = stream;
    }

    @Override
    public void write(ByteBuffer src) {
        requireOpen();
        session.throwIfKilled();
        try {
            session.waitBegins();
            try {
                while (src.hasRemaining()) {
                    writeSome(src);
                    session.moved();
                }
                stream.flush();
            } finally {
                session.waitEnds();
            }
        } catch (IOException e) {
            throw session.refusal(e);
        }
    }

    private void writeSome(ByteBuffer src) throws IOException {
        int count = Math.min(src.remaining(), HostSession.PIECE_BYTES);
        if (src.hasArray()) {
            stream.write(src.array(), src.arrayOffset() + src.position(), count);
            src.position(src.position() + count);
        } else {
            piece = piece.length == 0 ? new byte[HostSession.PIECE_BYTES] : piece;
            src.get(piece, 0, count);
            stream.write(piece, 0, count);
        }
    }

    @Override
    public void finish() {
        requireOpen();
        session.throwIfKilled();
        try {
            stream.close();
            ended = true;
            finished = true;
        } catch (IOException e) {
            ended = true;
            throw session.refusal(e);
        }
    }

    @Override
    public void abort(Throwable cause) {
        if (!finished) {
            ended = true;
            // The kill comes first: what the command would take for the end of its input must not reach it alive.
            session.kill(session.lost("its input was cut: " + cause, cause));
            release();
        }
    }

    @Override
    public void close() {
        if (!ended) {
            abort(new IllegalStateException("closed before it was finished"));
        }
    }

    /** Gives up the pipe of a process that has ended. */
    void release() {
        ended = true;
        try {
            stream.close();
        } catch (IOException e) {
            // The process is not there any more to read it.
        }
    }

    private void requireOpen() {
        if (ended) {
            session.throwIfKilled();
            throw new IllegalStateException("the command's input has ended");
        }
    }
}
