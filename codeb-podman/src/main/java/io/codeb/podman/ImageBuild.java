package io.codeb.podman;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ImageSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Sends a build's context and reads what the build says: JSON, one object after the other. */
final class ImageBuild {
    /** What the system says of a full disk, by the mouth of whatever program. */
    private static final Pattern FULL = Pattern.compile("(?i)no space left on device|disk quota exceeded");

    private static final int MAX_SAID = 4_000;
    private static final int BUFFER = 128 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ContainerApi api;

    ImageBuild(ContainerApi api) {
        this.api = api;
    }

    void run(ImageSpec spec, ByteSource context, Consumer<String> output, Cancellation cancellation) {
        BuildSecrets secrets = new BuildSecrets(spec);
        if (!secrets.isEmpty()) {
            secrets.requireKeptBy(api.info());
        }
        try (HttpExchange exchange = api.exchange(spec.limit(), cancellation)) {
            exchange.sendStream("POST", path(spec, secrets), Map.of("Content-Type", "application/x-tar"), out -> {
                secrets.writeTo(out);
                copy(context, out);
            });
            if (exchange.status() != 200) {
                throw failed(spec, ContainerApi.Answer.of(exchange).text());
            }
            exchange.beginStream();
            readWhatIsSaid(spec, exchange, output);
        } catch (IOException e) {
            throw api.unavailable(e, cancellation);
        }
    }

    private static String path(ImageSpec spec, BuildSecrets secrets) throws JsonProcessingException {
        return "/build?rm=true&forcerm=true&q=false&t=" + encoded(spec.name()) + "&dockerfile="
                + encoded(spec.containerfile()) + "&buildargs=" + encoded(JSON.writeValueAsString(spec.arguments()))
                + "&labels=" + encoded(JSON.writeValueAsString(spec.labels()))
                + (secrets.isEmpty() ? "" : "&secrets=" + encoded(secrets.parameter()));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static void copy(ByteSource source, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (source.read(buffer.clear()) != ByteSource.END) {
            out.write(buffer.array(), 0, buffer.position());
        }
    }

    private static void readWhatIsSaid(ImageSpec spec, HttpExchange exchange, Consumer<String> output)
            throws IOException {
        StringBuilder said = new StringBuilder();
        BuildLines lines = new BuildLines(output);
        try (MappingIterator<JsonNode> messages = JSON.readerFor(JsonNode.class).readValues(exchange.body())) {
            while (messages.hasNextValue()) {
                JsonNode message = messages.nextValue();
                String part = message.path("stream").asText("");
                said.append(part);
                lines.hear(part);
                if (said.length() > 2 * MAX_SAID) {
                    said.delete(0, said.length() - MAX_SAID);
                }
                if (message.has("error")) {
                    lines.end();
                    throw failed(spec, said + message.path("error").asText(""));
                }
            }
        }
        lines.end();
    }

    private static ContainerException failed(ImageSpec spec, String said) {
        String last = said.length() <= MAX_SAID ? said : "… " + said.substring(said.length() - MAX_SAID);
        return new ContainerException(
                ErrorCode.IMAGE_NOT_BUILT,
                "image " + spec.name() + " could not be built: " + last.strip(),
                FULL.matcher(last).find()
                        ? "make room on the disk of the container runtime: it keeps images and the layers of builds"
                        : "mend what the build says, and build it again");
    }
}
