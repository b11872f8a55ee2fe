package io.codeb.podman;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A wire over TLS, with both sides' certificates and the peer's name checked. Version 1.3 it must be: in older ones the
 * end of one direction is the end of both, and output that is on its way is lost.
 */
final class TlsWire implements Wire {
    static final String PROTOCOL = "TLSv1.3";

    /** One TLS record's worth; what is written in one piece cannot be given a deadline. */
    private static final int PIECE = 16 * 1024;

    private final TimedSocket raw;
    private final SSLSocket socket;
    private final byte[] in = new byte[64 * 1024];
    private final byte[] out = new byte[PIECE];

    private TlsWire(TimedSocket raw, SSLSocket socket) {
        this.raw = raw;
        this.socket = socket;
    }

    static TlsWire connect(SSLContext context, String host, int port, Deadline deadline) throws IOException {
        TimedSocket raw = new TimedSocket(deadline);
        try {
            raw.setTcpNoDelay(true);
            raw.connect(new InetSocketAddress(host, port), (int) Math.max(1, deadline.millisLeft()));
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {PROTOCOL});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new TlsWire(raw, socket);
        } catch (IOException | RuntimeException e) {
            Quietly.close(raw);
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        raw.deadline = deadline;
        try {
            int n = socket.getInputStream().read(in, 0, Math.min(in.length, dst.remaining()));
            if (n > 0) {
                dst.put(in, 0, n);
            }
            return n;
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    /** The deadline is looked at between records; closing the wire ends a record that cannot be written. */
    @Override
    public void write(ByteBuffer src, Deadline deadline) throws IOException {
        OutputStream stream = socket.getOutputStream();
        while (src.hasRemaining() && !deadline.passed()) {
            int n = Math.min(out.length, src.remaining());
            src.get(out, 0, n);
            stream.write(out, 0, n);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The socket underneath first: closing TLS would wait for a writer that is stuck. */
    @Override
    public void close() {
        Quietly.close(raw);
        Quietly.close(socket);
    }

    /**
     * A connection whose reads have one deadline together: TLS reads whole records, and a limit for each read of them
     * would begin anew with each byte that comes. After the deadline a record can be read on.
     */
    private static final class TimedSocket extends Socket {
        private volatile Deadline deadline;

        TimedSocket(Deadline deadline) {
            this.deadline = deadline;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    await();
                    return super.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    await();
                    return super.read(bytes, offset, length);
                }
            };
        }

        private void await() throws IOException {
            long left = deadline.millisLeft();
            if (left == 0) {
                throw new SocketTimeoutException("not in time");
            }
            setSoTimeout((int) Math.min(Integer.MAX_VALUE, left));
        }
    }
}
