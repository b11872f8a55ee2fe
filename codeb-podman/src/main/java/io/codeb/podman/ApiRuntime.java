package io.codeb.podman;

import io.codeb.error.CancelledException;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.model.Cancellation;
import io.codeb.podman.ContainerApi.ExecRequest;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Podman's or Docker's containers, over the API that both serve. */
final class ApiRuntime implements ContainerRuntime {
    private final String id;
    private final Dialer dialer;
    private final ContainerApi api;
    private final FileTransfer files;
    private final ContainerManager manager;
    private final ExecLimits limits;
    private final Set<ApiExecSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ApiRuntime(String id, Dialer dialer, ExecLimits limits) {
        this.id = id;
        this.dialer = dialer;
        this.api = new ContainerApi(dialer);
        this.files = new FileTransfer(api);
        this.manager = new ApiContainerManager(api);
        this.limits = limits;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public RuntimeInfo info() {
        requireOpen();
        return api.info();
    }

    @Override
    public String hostAddress() {
        return dialer.endpoint() instanceof Endpoint.Tcp tcp ? tcp.host() : ContainerRuntime.super.hostAddress();
    }

    @Override
    public ContainerInfo inspect(String container) {
        requireOpen();
        return api.inspect(container);
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        requireOpen();
        cancellation.throwIfCancelled();
        ProvenCommand proof = new ProvenCommand();
        ExecRequest request = new ExecRequest(
                proof.wrap(spec.command(), spec.stdin(), spec.isNice()),
                EnvironmentList.of(spec.environment(), spec.secrets()),
                spec.user().orElse(""),
                spec.stdin());
        String exec = api.createExec(container, request, cancellation);
        ExecStream stream;
        try {
            stream = api.startExec(container, exec, cancellation);
        } catch (CancelledException | RuntimeUnavailableException e) {
            // It may have been started all the same.
            new ExecKill(api, container, limits.killing())
                    .kill(proof.nonce(), Optional.empty(), spec.user().orElse("0"));
            throw e;
        }
        ApiExecSession session =
                ApiExecSession.over(api, container, exec, spec, proof, limits, cancellation, stream, sessions::remove);
        sessions.add(session);
        if (closed) {
            session.close();
        }
        return session;
    }

    @Override
    public boolean endRun(String container, String run) {
        requireOpen();
        return new ExecKill(api, container, limits.killing()).endRun(run);
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        requireOpen();
        return files.read(container, ContainerPath.of(path), cancellation);
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        try (content) {
            requireOpen();
            files.write(container, ContainerPath.of(path), file, content, cancellation);
        }
    }

    @Override
    public Optional<ContainerManager> manager() {
        requireOpen();
        return Optional.of(manager);
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(sessions).forEach(ApiExecSession::close);
        api.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the runtime is closed");
        }
    }
}
