package io.codeb.podman;

import java.io.IOException;
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

    private final Socket raw;
    private final SSLSocket socket;
    private final byte[] in = new byte[64 * 1024];
    private final byte[] out = new byte[PIECE];

    private TlsWire(Socket raw, SSLSocket socket) {
        this.raw = raw;
        this.socket = socket;
    }

    static TlsWire connect(SSLContext context, String host, int port, Deadline deadline) throws IOException {
        Socket raw = new Socket();
        try {
            raw.setTcpNoDelay(true);
            raw.connect(new InetSocketAddress(host, port), (int) Math.max(1, deadline.millisLeft()));
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {PROTOCOL});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) Math.max(1, deadline.millisLeft()));
            socket.startHandshake();
            return new TlsWire(raw, socket);
        } catch (IOException | RuntimeException e) {
            Quietly.close(raw);
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        if (deadline.passed()) {
            return 0;
        }
        socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, deadline.millisLeft()));
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
}
