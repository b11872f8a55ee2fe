package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** A route in a file: one line, {@code codeb-route 1 127.0.0.1 41234 codeb-shop-7-1a2b3c}. */
record RouteFile(Path path) implements TrafficSwitch {
    private static final String HEAD = "codeb-route 1";
    private static final int MAX_BYTES = 512;

    RouteFile {
        path = Objects.requireNonNull(path, "path").toAbsolutePath().normalize();
    }

    @Override
    public String name() {
        return "route file " + path;
    }

    @Override
    public Optional<Route> current() {
        try {
            return read();
        } catch (IOException e) {
            throw new DeployException(
                    ErrorCode.SWITCH_FAILED,
                    path + " holds no route that can be read: " + e.getMessage(),
                    "look who writes to it; where no version of the application is to answer, delete it",
                    e);
        }
    }

    /** Reads what may be anybody's. */
    Optional<Route> read() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String[] words = new String(bytes, StandardCharsets.UTF_8).split(" ", -1);
        if (bytes.length > MAX_BYTES
                || words.length != 5
                || !HEAD.equals(words[0] + " " + words[1])
                || !words[4].endsWith("\n")) {
            throw new IOException("it is not one line of a route");
        }
        try {
            return Optional.of(
                    new Route(words[2], Integer.parseInt(words[3]), words[4].substring(0, words[4].length() - 1)));
        } catch (IllegalArgumentException e) {
            throw new IOException("it has " + e.getMessage(), e);
        }
    }

    @Override
    public void to(Optional<Route> route) {
        Path directory = Objects.requireNonNull(path.getParent());
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.createDirectories(directory);
            if (route.isPresent()) {
                write(draft, route.get());
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.deleteIfExists(path);
            }
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new DeployException(
                    ErrorCode.SWITCH_FAILED,
                    "the requests could not be sent to "
                            + route.map(Route::container).orElse("nowhere") + " by " + path + ": " + e,
                    "see that its directory can be written to and has room",
                    e);
        }
    }

    private static void write(Path draft, Route route) throws IOException {
        String line = HEAD + " " + route.host() + " " + route.port() + " " + route.container() + "\n";
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                int unused = channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
