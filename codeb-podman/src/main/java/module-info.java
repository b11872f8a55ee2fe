/** The runtimes {@code podman} and {@code docker}. */
@SuppressWarnings("requires-automatic") // docker-java has names in its manifests, which it keeps
module io.codeb.podman {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.github.dockerjava.api;
    requires com.github.dockerjava.core;
    requires com.github.dockerjava.transport;
    requires org.apache.commons.compress;
    requires org.slf4j;
    // What docker-java needs, and as an automatic module does not name.
    requires com.google.common;
    requires org.apache.commons.lang3;
    // For services behind TLS; an application may leave it out.
    requires static org.bouncycastle.pkix;
    requires static org.bouncycastle.provider;
    requires static org.bouncycastle.util;

    exports io.codeb.podman;

    provides io.codeb.spi.runtime.RuntimeProvider with
            io.codeb.podman.PodmanRuntimeProvider,
            io.codeb.podman.DockerRuntimeProvider;
}
