package io.codeb.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command that changes a restored database before anybody sees it, as an argument list that no shell reads.
 * Immutable; each word answers a changed copy.
 *
 * <p>Without further words it runs beside the database's server, where CodeB's own programs do, for an hour at the
 * most. It is told where the database is by the variables of libpq: {@code PGDATABASE}, {@code PGHOST} where the
 * project names one, {@code PGPORT}, {@code PGUSER} and {@code PGPASSWORD}, as the project has them.
 */
@CheckReturnValue
public final class ContainerCommand {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int LAST_PORT = 65_535;

    private final List<String> words;
    private final @Nullable String container;
    private final @Nullable String host;
    private final int port;
    private final Map<String, Secret> environment;
    private final Duration limit;

    private ContainerCommand(
            List<String> words,
            @Nullable String container,
            @Nullable String host,
            int port,
            Map<String, Secret> environment,
            Duration limit) {
        this.words = words;
        this.container = container;
        this.host = host;
        this.port = port;
        this.environment = environment;
        this.limit = limit;
    }

    /**
     * A command.
     *
     * @param words the program and its arguments; anybody who may list processes can read them
     * @return the command
     * @throws IllegalArgumentException when there is none, the program has no name, or a word holds a NUL
     */
    public static ContainerCommand of(String... words) {
        List<String> all = List.of(Objects.requireNonNull(words, "words"));
        if (all.isEmpty() || all.get(0).isBlank()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (all.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("a command's word holds a NUL");
        }
        return new ContainerCommand(all, null, null, 0, Map.of(), Duration.ofHours(1));
    }

    /**
     * Runs it in another container of the same runtime. It must be running.
     *
     * @param name the container's name or id
     * @return a changed copy
     * @throws IllegalArgumentException when the name is blank or holds a NUL
     */
    public ContainerCommand in(String name) {
        if (Objects.requireNonNull(name, "name").isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a container needs a name");
        }
        return new ContainerCommand(words, name, host, port, environment, limit);
    }

    /**
     * Says where the database's server is, as the command sees it. Where the project names no host, a command in
     * another container needs this.
     *
     * @param name a name, an address, or a directory of Unix sockets
     * @param number the port, 1 to 65535
     * @return a changed copy
     * @throws IllegalArgumentException when the name is blank or holds a NUL, or the port is none
     */
    public ContainerCommand reaching(String name, int number) {
        if (Objects.requireNonNull(name, "name").isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a host needs a name");
        }
        if (number < 1 || number > LAST_PORT) {
            throw new IllegalArgumentException("not a port: " + number);
        }
        return new ContainerCommand(words, container, name, number, environment, limit);
    }

    /**
     * Sets a variable of its environment, which no argument list and no log shows. The value is read when the command
     * starts; it is taken out of what is told of the command's output.
     *
     * @param name letters, digits and {@code _}; those of libpq are set by CodeB whatever is said here
     * @param value where its value comes from
     * @return a changed copy
     * @throws IllegalArgumentException when that is no variable's name
     */
    public ContainerCommand with(String name, Secret value) {
        if (!VARIABLE.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("not a variable's name: '" + name + "'");
        }
        Map<String, Secret> all = new LinkedHashMap<>(environment);
        all.put(name, Objects.requireNonNull(value, "value"));
        return new ContainerCommand(words, container, host, port, Map.copyOf(all), limit);
    }

    /**
     * Says how long it may take. What takes longer is killed, and the restore fails.
     *
     * @param time at least a millisecond, at most 7 days
     * @return a changed copy
     * @throws IllegalArgumentException when it is less or more
     */
    public ContainerCommand within(Duration time) {
        if (Objects.requireNonNull(time, "time").toMillis() < 1 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a command takes from a millisecond to 7 days, not " + time);
        }
        return new ContainerCommand(words, container, host, port, environment, time);
    }

    /**
     * The program and its arguments.
     *
     * @return at least one word
     */
    public List<String> words() {
        return words;
    }

    /**
     * Where it runs.
     *
     * @return empty for where CodeB's own programs run
     */
    public Optional<String> container() {
        return Optional.ofNullable(container);
    }

    /**
     * Where the server is, as it sees it.
     *
     * @return empty for where the project has it
     */
    public Optional<String> host() {
        return Optional.ofNullable(host);
    }

    /**
     * The server's port, as it sees it.
     *
     * @return 0 for that of the project
     */
    public int port() {
        return port;
    }

    /**
     * What its environment has besides.
     *
     * @return values by name
     */
    public Map<String, Secret> environment() {
        return environment;
    }

    /**
     * How long it may take.
     *
     * @return more than zero
     */
    public Duration limit() {
        return limit;
    }

    /** Names the program only: arguments can hold what logs should not. */
    @Override
    public String toString() {
        return words.get(0) + (container == null ? "" : " in " + container);
    }
}
