package io.codeb.podman;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ImageSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A build's secrets on their way to Podman: files in front of the context, which Podman moves out of it before the
 * build begins (its {@code pkg/api/handlers/compat/images_build.go}, from version 4 on). Whoever does not know of them
 * would copy them into the image with everything else, so nobody else gets any.
 */
final class BuildSecrets {
    private static final Pattern PODMAN = Pattern.compile("([0-9]{1,9})\\..*");
    private static final int FIRST_MAJOR = 4;
    private static final int ONLY_THE_OWNER = 0400;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String image;
    private final List<SecretFile> files;

    BuildSecrets(ImageSpec spec) {
        this.image = spec.name();
        this.files = spec.secrets().entrySet().stream()
                .map(secret -> new SecretFile(secret.getKey(), "codeb-secret-" + UUID.randomUUID(), secret.getValue()))
                .toList();
    }

    /**
     * One of them.
     *
     * @param id how the instructions name it
     * @param name a name that nothing else in the context has
     */
    private record SecretFile(String id, String name, Secret secret) {}

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Refuses a service that would not keep them out of the image. */
    void requireKeptBy(RuntimeInfo service) {
        Matcher version = PODMAN.matcher(service.version());
        boolean keeps = service.name().startsWith("Podman")
                && version.matches()
                && Integer.parseInt(version.group(1)) >= FIRST_MAJOR;
        if (!keeps) {
            throw new ContainerException(
                    ErrorCode.IMAGE_NOT_BUILT,
                    "image " + image + " is built with secrets, and " + service.name() + " " + service.version()
                            + " would keep them in it",
                    "build it with Podman 4 or newer, or without secrets");
        }
    }

    /** What the service is told of them. */
    String parameter() throws JsonProcessingException {
        ArrayNode told = JSON.createArrayNode();
        files.forEach(file -> told.add("id=" + file.id() + ",src=" + file.name()));
        return JSON.writeValueAsString(told);
    }

    /** Writes them as the beginning of a tar stream, which goes on with the context: it is not ended here. */
    void writeTo(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        for (SecretFile file : files) {
            byte[] value = file.secret().reveal().getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(file.name());
            entry.setSize(value.length);
            entry.setMode(ONLY_THE_OWNER);
            tar.putArchiveEntry(entry);
            tar.write(value);
            tar.closeArchiveEntry();
        }
        tar.flush();
    }
}
