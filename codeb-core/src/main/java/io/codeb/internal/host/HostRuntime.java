package io.codeb.internal.host;

import io.codeb.error.ContainerException;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commands as processes of this host, files as its files. There is one "container", the host itself: it runs, it
 * answers to every name, and it publishes no ports.
 *
 * <p>A command gets the working directory of this process, and of its environment only {@code PATH}, {@code HOME},
 * {@code TMPDIR}, {@code LANG} and {@code LC_*}, with what the command's spec adds. Another user than one's own is for
 * root only.
 */
final class HostRuntime implements ContainerRuntime {
    static final String ID = "host";

    private final Set<HostSession> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public RuntimeInfo info() {
        return RuntimeInfo.of(System.getProperty("os.name"), System.getProperty("os.version"), "this host");
    }

    @Override
    public ContainerInfo inspect(String container) {
        return ContainerInfo.of(ID, container, ID, ID, ContainerInfo.State.RUNNING);
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        requireOpen();
        cancellation.throwIfCancelled();
        ProcessFamily family;
        try {
            family = new HostCommand(spec).start();
        } catch (ContainerException e) {
            return new NotStartedSession(e, spec.stdin());
        }
        HostSession session = new HostSession(spec, family, cancellation, open::remove);
        open.add(session);
        if (closed) {
            session.close();
            requireOpen();
        }
        return session;
    }

    @Override
    public boolean endRun(String container, String run) {
        requireOpen();
        return ProcessFamily.endMarked(ExecSpec.runMark(run));
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        requireOpen();
        return HostFiles.read(path, cancellation);
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        try (content) {
            requireOpen();
            HostFiles.write(path, file, content, cancellation);
        }
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(HostSession::close);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the runtime host is closed");
        }
    }
}
