package io.codeb.spi.runtime;

import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import java.util.Objects;
import java.util.Optional;

/** Passes everything on to another runtime. Subclasses change what they are there for. */
public abstract class FilterRuntime implements ContainerRuntime {
    private final ContainerRuntime runtime;

    /**
     * Stands before a runtime.
     *
     * @param runtime does the work; closed with this one
     */
    protected FilterRuntime(ContainerRuntime runtime) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
    }

    @Override
    public String id() {
        return runtime.id();
    }

    @Override
    public RuntimeInfo info() {
        return runtime.info();
    }

    @Override
    public String hostAddress() {
        return runtime.hostAddress();
    }

    @Override
    public ContainerInfo inspect(String container) {
        return runtime.inspect(container);
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        return runtime.exec(container, spec, cancellation);
    }

    @Override
    public boolean endRun(String container, String run) {
        return runtime.endRun(container, run);
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        return runtime.readFile(container, path, cancellation);
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        runtime.writeFile(container, path, file, content, cancellation);
    }

    @Override
    public Optional<ContainerManager> manager() {
        return runtime.manager();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
