package io.codeb.podman;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ContainerSpec.Mount;
import java.util.List;

/**
 * A container as the API wants it described (Docker Engine API, "ContainerCreate"). Written by hand, not through
 * docker-java, which logs what it sends at DEBUG, environment included.
 */
final class ContainerBody {
    private final ObjectNode body;
    private final ObjectNode host;

    private ContainerBody(ObjectMapper json) {
        this.body = json.createObjectNode();
        this.host = body.putObject("HostConfig");
    }

    static ObjectNode of(ContainerSpec spec, ObjectMapper json) {
        ContainerBody made = new ContainerBody(json);
        made.body.put("Image", spec.image());
        if (!spec.entryPoint().isEmpty()) {
            strings(made.body.putArray("Entrypoint"), spec.entryPoint());
        }
        if (!spec.command().isEmpty()) {
            strings(made.body.putArray("Cmd"), spec.command());
        }
        strings(made.body.putArray("Env"), EnvironmentList.of(spec.environment(), spec.secrets()));
        ObjectNode labels = made.body.putObject("Labels");
        spec.labels().forEach(labels::put);
        spec.user().ifPresent(user -> made.body.put("User", user));
        spec.network().ifPresent(network -> made.host.put("NetworkMode", network));
        made.publish(spec.publications());
        spec.mounts().forEach(made::mount);
        made.limit(spec.limits());
        return made.body;
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    private void publish(List<ContainerSpec.Publication> publications) {
        if (publications.isEmpty()) {
            return;
        }
        ObjectNode exposed = body.putObject("ExposedPorts");
        ObjectNode bindings = host.putObject("PortBindings");
        for (ContainerSpec.Publication publication : publications) {
            String port = publication.containerPort() + "/tcp";
            exposed.putObject(port);
            bindings.withArray(port)
                    .addObject()
                    .put("HostIp", publication.hostAddress())
                    .put("HostPort", publication.hostPort() == 0 ? "" : Integer.toString(publication.hostPort()));
        }
    }

    private void mount(Mount mount) {
        if (mount instanceof Mount.Temporary temporary) {
            host.withObject("/Tmpfs").put(temporary.path(), "rw,size=" + temporary.bytes());
            return;
        }
        ObjectNode added = host.withArray("Mounts").addObject().put("Target", mount.path());
        if (mount instanceof Mount.Volume volume) {
            added.put("Type", "volume").put("Source", volume.name());
        } else if (mount instanceof Mount.Bind bind) {
            added.put("Type", "bind").put("Source", bind.source().toString()).put("ReadOnly", bind.readOnly());
        }
    }

    private void limit(ContainerSpec.Limits limits) {
        limits.memory().ifPresent(bytes -> host.put("Memory", bytes).put("MemorySwap", bytes));
        limits.nanoCpus().ifPresent(cpus -> host.put("NanoCpus", cpus));
        limits.processes().ifPresent(count -> host.put("PidsLimit", count));
    }
}
