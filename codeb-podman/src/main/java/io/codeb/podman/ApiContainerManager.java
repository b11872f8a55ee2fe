package io.codeb.podman;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerInfo.Health;
import io.codeb.spi.runtime.ContainerInfo.State;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ImageSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Makes and removes containers, images and volumes over the API. Thread-safe. */
final class ApiContainerManager implements ContainerManager {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    /** A name in lower case with the registry in front, a tag, a digest; or an id. */
    private static final Pattern REFERENCE = Pattern.compile(
            "[a-z0-9]([a-z0-9._:/-]{0,254}[a-z0-9])?(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContainerApi api;
    private final ImageBuild builds;

    ApiContainerManager(ContainerApi api) {
        this.api = api;
        this.builds = new ImageBuild(api);
    }

    @Override
    public ContainerInfo run(ContainerSpec spec, Cancellation cancellation) {
        requireReference(spec.image());
        spec.name().ifPresent(name -> requireName(name, "container"));
        String id = create(spec, cancellation);
        try {
            start(id);
            cancellation.throwIfCancelled();
            return api.inspect(id);
        } catch (RuntimeException e) {
            removeAfter(id, e);
            throw e;
        }
    }

    private String create(ContainerSpec spec, Cancellation cancellation) {
        String path =
                "/containers/create" + spec.name().map(name -> "?name=" + name).orElse("");
        ContainerApi.Answer answer = api.call("POST", path, json(ContainerBody.of(spec, JSON)), cancellation);
        if (answer.status() == 404) {
            throw noImage(spec.image());
        }
        if (answer.status() != 201) {
            throw refused("a container of " + spec.image() + " cannot be made", answer);
        }
        return answer.body().path("Id").asText();
    }

    private static byte[] json(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            // Its message could quote the environment.
            throw new IllegalStateException("a tree of texts and numbers can always be written");
        }
    }

    private void removeAfter(String container, RuntimeException failure) {
        try {
            remove(container);
        } catch (CodeBException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void start(String container) {
        requireName(container, "container");
        ContainerApi.Answer answer = api.call("POST", "/containers/" + container + "/start");
        if (answer.status() == 404 && !answer.text().contains("executable")) {
            throw ContainerApi.notFound(container);
        }
        if (answer.status() >= 400) {
            throw refused("container " + container + " cannot be started", answer);
        }
    }

    @Override
    public void stop(String container, Duration grace) {
        requireName(container, "container");
        ContainerApi.Answer answer = api.call(
                "POST",
                "/containers/" + container + "/stop?t=" + grace.toSeconds(),
                new byte[0],
                grace,
                new Cancellation());
        if (answer.status() == 404) {
            throw ContainerApi.notFound(container);
        }
        // Podman refuses to stop what was never started, which is as stopped as can be.
        if (answer.status() >= 400 && api.inspect(container).state() == State.RUNNING) {
            throw refused("container " + container + " cannot be stopped", answer);
        }
    }

    @Override
    public void remove(String container) {
        requireName(container, "container");
        delete("/containers/" + container + "?force=true&v=true", "container " + container);
    }

    @Override
    public List<ContainerInfo> find(Map<String, String> labels) {
        List<ContainerInfo> found = new ArrayList<>();
        for (JsonNode each : listed("/containers/json?all=true&", labels, "containers")) {
            try {
                found.add(api.inspect(each.path("Id").asText()));
            } catch (ContainerException e) {
                if (e.code() != ErrorCode.CONTAINER_NOT_FOUND) {
                    throw e;
                }
                // Gone since it was listed.
            }
        }
        return found;
    }

    @Override
    public ContainerInfo awaitHealthy(String container, Duration limit, Cancellation cancellation) {
        ContainerInfo info = await(
                container,
                limit,
                cancellation,
                each -> each.state() != State.RUNNING || each.health() != Health.STARTING);
        if (info.state() == State.STOPPED || info.state() == State.CREATED) {
            throw new ContainerException(
                    ErrorCode.CONTAINER_NOT_RUNNING,
                    "container '" + container + "' does not run"
                            + (info.exitStatus().isPresent()
                                    ? "; it ended with status "
                                            + info.exitStatus().getAsInt()
                                    : ""),
                    "look at what it wrote");
        }
        if (info.state() != State.RUNNING || (info.health() != Health.HEALTHY && info.health() != Health.NONE)) {
            throw notReady("container '" + container + "' did not become healthy in " + limit.toSeconds() + " s; it is "
                    + info.health());
        }
        return info;
    }

    @Override
    public int awaitExit(String container, Duration limit, Cancellation cancellation) {
        ContainerInfo info =
                await(container, limit, cancellation, each -> each.exitStatus().isPresent());
        return info.exitStatus()
                .orElseThrow(
                        () -> notReady("container '" + container + "' has not ended in " + limit.toSeconds() + " s"));
    }

    private static ContainerException notReady(String message) {
        return new ContainerException(
                ErrorCode.CONTAINER_NOT_READY, message, "look at what it wrote, or allow more time");
    }

    /** Looks until it is so or the time is over, and answers the last look. */
    private ContainerInfo await(
            String container, Duration limit, Cancellation cancellation, Predicate<ContainerInfo> reached) {
        Deadline deadline = Deadline.in(limit);
        while (true) {
            cancellation.throwIfCancelled();
            ContainerInfo info = api.inspect(container);
            if (reached.test(info) || deadline.passed()) {
                return info;
            }
            cancellation.pause(Duration.ofMillis(Math.min(LOOK_AGAIN.toMillis(), deadline.millisLeft())));
        }
    }

    @Override
    public String logs(String container, int lines) {
        if (lines < 1) {
            throw new IllegalArgumentException("at least one line, not " + lines);
        }
        requireName(container, "container");
        return new ContainerLog(api).read(container, lines);
    }

    @Override
    public String imageId(String reference) {
        requireReference(reference);
        ContainerApi.Answer answer = api.call("GET", "/images/" + reference + "/json");
        if (answer.status() == 404) {
            throw noImage(reference);
        }
        if (answer.status() != 200) {
            throw refused("image " + reference + " cannot be looked up", answer);
        }
        return answer.body().path("Id").asText();
    }

    @Override
    public String build(ImageSpec spec, ByteSource context, Consumer<String> output, Cancellation cancellation) {
        try (context) {
            requireReference(spec.name());
            builds.run(spec, context, output, cancellation);
        }
        // Not what the build says last, but what is there under the name now.
        return imageId(spec.name());
    }

    @Override
    public void removeImage(String reference) {
        requireReference(reference);
        delete("/images/" + reference, "image " + reference);
    }

    @Override
    public void createVolume(String name, Map<String, String> labels) {
        requireName(name, "volume");
        // Docker answers a volume that is there already as if it had made it.
        if (api.call("GET", "/volumes/" + name).status() == 200) {
            throw new ContainerException(
                    ErrorCode.CONTAINER_REFUSED, "there is a volume " + name + " already", "choose another name");
        }
        ObjectNode body = JSON.createObjectNode().put("Name", name);
        ObjectNode labelled = body.putObject("Labels");
        labels.forEach(labelled::put);
        ContainerApi.Answer answer = api.call("POST", "/volumes/create", json(body), new Cancellation());
        if (answer.status() != 201) {
            throw refused("volume " + name + " cannot be made", answer);
        }
    }

    @Override
    public void removeVolume(String name) {
        requireName(name, "volume");
        delete("/volumes/" + name, "volume " + name);
    }

    @Override
    public List<String> findVolumes(Map<String, String> labels) {
        JsonNode volumes = listed("/volumes?", labels, "volumes").path("Volumes");
        return StreamSupport.stream(volumes.spliterator(), false)
                .map(volume -> volume.path("Name").asText())
                .sorted()
                .toList();
    }

    /** Removes what may be gone already. */
    private void delete(String path, String what) {
        ContainerApi.Answer answer = api.call("DELETE", path);
        if (answer.status() >= 400 && answer.status() != 404) {
            throw refused(what + " cannot be removed", answer);
        }
    }

    /** Lists what has all of these labels. */
    private JsonNode listed(String path, Map<String, String> labels, String what) {
        ContainerApi.Answer answer = api.call("GET", path + "filters=" + labelled(labels));
        if (answer.status() != 200) {
            throw refused(what + " cannot be listed", answer);
        }
        return answer.body();
    }

    private static String labelled(Map<String, String> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("at least one label");
        }
        ObjectNode filters = JSON.createObjectNode();
        labels.forEach((name, value) -> filters.withArray("label").add(name + "=" + value));
        return URLEncoder.encode(filters.toString(), StandardCharsets.UTF_8);
    }

    /** A name that could reach another part of the API is no name. */
    private static void requireName(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            if (what.equals("container")) {
                throw ContainerApi.notFound(name);
            }
            throw new IllegalArgumentException("not the name of a " + what + ": " + Text.shown(name));
        }
    }

    private static void requireReference(String reference) {
        if (!REFERENCE.matcher(reference).matches() || reference.contains("..") || reference.contains("//")) {
            throw noImage(reference);
        }
    }

    private static ContainerException noImage(String reference) {
        return new ContainerException(
                ErrorCode.IMAGE_NOT_FOUND,
                "there is no image '" + Text.shown(reference) + "'",
                "pull or build it first, for the user whose containers are meant");
    }

    private static ContainerException refused(String what, ContainerApi.Answer answer) {
        return new ContainerException(ErrorCode.CONTAINER_REFUSED, what + ": " + answer.text(), "");
    }
}
