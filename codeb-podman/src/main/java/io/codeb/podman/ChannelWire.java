package io.codeb.podman;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A wire over a plain socket, Unix or TCP. The reader and the writer have a selector each, because a deadline on a
 * blocking channel would need a second thread.
 */
final class ChannelWire implements Wire {
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;

    private ChannelWire(SocketChannel channel, Selector readable, Selector writable) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
    }

    static ChannelWire connect(SocketChannel channel, SocketAddress address, Deadline deadline) throws IOException {
        Selector readable = null;
        Selector writable = null;
        try {
            channel.configureBlocking(false);
            readable = Selector.open();
            writable = Selector.open();
            SelectionKey connecting = channel.register(writable, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                while (!channel.finishConnect()) {
                    if (!await(writable, deadline)) {
                        throw new SocketTimeoutException("no connection in time");
                    }
                }
            }
            connecting.interestOps(SelectionKey.OP_WRITE);
            channel.register(readable, SelectionKey.OP_READ);
            return new ChannelWire(channel, readable, writable);
        } catch (IOException | RuntimeException e) {
            closeAll(channel, readable, writable);
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        int n;
        while ((n = channel.read(dst)) == 0) {
            if (!await(readable, deadline)) {
                return 0;
            }
        }
        return n;
    }

    @Override
    public void write(ByteBuffer src, Deadline deadline) throws IOException {
        while (src.hasRemaining()) {
            if (channel.write(src) == 0 && !await(writable, deadline)) {
                return;
            }
        }
    }

    /** Answers false when the deadline has passed. */
    private static boolean await(Selector selector, Deadline deadline) throws IOException {
        try {
            long left = deadline.millisLeft();
            if (left == 0) {
                return false;
            }
            selector.select(left);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            AsynchronousCloseException closed = new AsynchronousCloseException();
            closed.initCause(e);
            throw closed;
        }
        if (Thread.currentThread().isInterrupted()) {
            // A selector does not wait on an interrupted thread: going on would burn the processor.
            throw new IOException("the thread was interrupted");
        }
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        closeAll(channel, readable, writable);
    }

    /** The channel first: a selector that wakes up must find it closed. Its descriptor goes with the last selector. */
    private static void closeAll(@Nullable AutoCloseable... parts) {
        for (@Nullable AutoCloseable part : parts) {
            Quietly.close(part);
        }
    }
}
