package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A container to run. Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words: the image's own command, user and environment, a name of the runtime's choice, the
 * runtime's default network, nothing published, nothing mounted but what the image asks for, no limits.
 */
@CheckReturnValue
public final class ContainerSpec {
    private final String image;
    private final @Nullable String name;
    private final List<String> entryPoint;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Map<String, Secret> secrets;
    private final Map<String, String> labels;
    private final @Nullable String network;
    private final List<Publication> publications;
    private final List<Mount> mounts;
    private final Limits limits;
    private final @Nullable String user;

    private ContainerSpec(Draft draft) {
        this.image = draft.image;
        this.name = draft.name;
        this.entryPoint = draft.entryPoint;
        this.command = draft.command;
        this.environment = draft.environment;
        this.secrets = draft.secrets;
        this.labels = draft.labels;
        this.network = draft.network;
        this.publications = draft.publications;
        this.mounts = draft.mounts;
        this.limits = draft.limits;
        this.user = draft.user;
    }

    /**
     * A container.
     *
     * @param image the image's name or id; it must be there already
     * @return the container, with everything else at its default
     */
    public static ContainerSpec of(String image) {
        return new ContainerSpec(new Draft(image));
    }

    /**
     * Names the container.
     *
     * @param containerName free; letters, digits, {@code _}, {@code .} and {@code -}
     * @return a changed copy
     */
    public ContainerSpec withName(String containerName) {
        Draft draft = new Draft(this);
        draft.name = containerName;
        return new ContainerSpec(draft);
    }

    /**
     * Says what is run instead of the image's own command.
     *
     * @param words the arguments of the image's entry point, or the program and its arguments where it has none
     * @return a changed copy
     */
    public ContainerSpec withCommand(String... words) {
        Draft draft = new Draft(this);
        draft.command = List.of(words);
        return new ContainerSpec(draft);
    }

    /**
     * Says which program is run instead of the image's own entry point, with {@link #withCommand} as its arguments.
     *
     * @param words the program, and its first arguments
     * @return a changed copy
     */
    public ContainerSpec withEntryPoint(String... words) {
        Draft draft = new Draft(this);
        draft.entryPoint = List.of(words);
        return new ContainerSpec(draft);
    }

    /**
     * Sets a variable of the environment.
     *
     * @param variable its name
     * @param value no secret
     * @return a changed copy
     */
    public ContainerSpec withEnvironment(String variable, String value) {
        Draft draft = new Draft(this);
        draft.environment = ImageSpec.plus(environment, variable, value);
        return new ContainerSpec(draft);
    }

    /**
     * Sets a variable of the environment to a secret, which is read when the container is made. Whoever may inspect the
     * container can read it there.
     *
     * @param variable its name
     * @param value where its value comes from
     * @return a changed copy
     */
    public ContainerSpec withSecret(String variable, Secret value) {
        Draft draft = new Draft(this);
        draft.secrets = ImageSpec.plus(secrets, variable, value);
        return new ContainerSpec(draft);
    }

    /**
     * Labels the container.
     *
     * @param label the label's name
     * @param value its value
     * @return a changed copy
     */
    public ContainerSpec withLabel(String label, String value) {
        Draft draft = new Draft(this);
        draft.labels = ImageSpec.plus(labels, label, value);
        return new ContainerSpec(draft);
    }

    /**
     * Gives it no network but its own loopback.
     *
     * @return a changed copy
     */
    public ContainerSpec withoutNetwork() {
        return withNetwork("none");
    }

    /**
     * Puts it on a network that there is.
     *
     * @param networkName the network's name
     * @return a changed copy
     */
    public ContainerSpec withNetwork(String networkName) {
        Draft draft = new Draft(this);
        draft.network = networkName;
        return new ContainerSpec(draft);
    }

    /**
     * Gives it the network of another container: both have the same addresses, and reach each other over loopback. It
     * is removed before the other one.
     *
     * @param container the other one's name or id; it runs, in the same runtime
     * @return a changed copy
     */
    public ContainerSpec withNetworkOf(String container) {
        return withNetwork("container:" + container);
    }

    /**
     * Publishes a TCP port on the host's loopback address, on a port that is free; {@link ContainerInfo#ports()} tells
     * which.
     *
     * @param containerPort 1 to 65535
     * @return a changed copy
     */
    public ContainerSpec withPort(int containerPort) {
        return withPort(containerPort, "127.0.0.1", 0);
    }

    /**
     * Publishes a TCP port.
     *
     * @param containerPort 1 to 65535
     * @param hostAddress an address of the host
     * @param hostPort 1 to 65535, or 0 for one that is free
     * @return a changed copy
     */
    public ContainerSpec withPort(int containerPort, String hostAddress, int hostPort) {
        Draft draft = new Draft(this);
        draft.publications = plus(publications, new Publication(containerPort, hostAddress, hostPort));
        return new ContainerSpec(draft);
    }

    /**
     * Mounts a volume.
     *
     * @param volume its name; one that is not there is made
     * @param path where, absolute
     * @return a changed copy
     */
    public ContainerSpec withVolume(String volume, String path) {
        return with(new Mount.Volume(volume, path));
    }

    /**
     * Mounts a file or folder of the runtime's host, for reading only.
     *
     * @param source absolute, on the runtime's host
     * @param path where, absolute
     * @return a changed copy
     */
    public ContainerSpec withReadOnly(Path source, String path) {
        return with(new Mount.Bind(source, path, true));
    }

    /**
     * Mounts a file or folder of the runtime's host, for reading and writing.
     *
     * @param source absolute, on the runtime's host
     * @param path where, absolute
     * @return a changed copy
     */
    public ContainerSpec withWritable(Path source, String path) {
        return with(new Mount.Bind(source, path, false));
    }

    /**
     * Mounts a folder that lives in memory and goes with the container.
     *
     * @param path where, absolute
     * @param bytes its size at the most
     * @return a changed copy
     */
    public ContainerSpec withTemporary(String path, long bytes) {
        return with(new Mount.Temporary(path, bytes));
    }

    private ContainerSpec with(Mount mount) {
        Draft draft = new Draft(this);
        draft.mounts = plus(mounts, mount);
        return new ContainerSpec(draft);
    }

    /**
     * Limits its memory, without swap.
     *
     * @param bytes more than zero
     * @return a changed copy
     */
    public ContainerSpec withMemory(long bytes) {
        Draft draft = new Draft(this);
        draft.limits = new Limits(OptionalLong.of(bytes), limits.nanoCpus(), limits.processes());
        return new ContainerSpec(draft);
    }

    /**
     * Limits its share of the processors.
     *
     * @param cores more than zero, for example 0.5
     * @return a changed copy
     */
    public ContainerSpec withCores(double cores) {
        Draft draft = new Draft(this);
        draft.limits = new Limits(limits.memory(), OptionalLong.of(Math.round(cores * 1e9)), limits.processes());
        return new ContainerSpec(draft);
    }

    /**
     * Limits how many processes and threads it may have.
     *
     * @param count more than zero
     * @return a changed copy
     */
    public ContainerSpec withProcesses(int count) {
        Draft draft = new Draft(this);
        draft.limits = new Limits(limits.memory(), limits.nanoCpus(), OptionalLong.of(count));
        return new ContainerSpec(draft);
    }

    /**
     * Says as whom it runs.
     *
     * @param nameOrId of the container's own users; a group may follow a colon
     * @return a changed copy
     */
    public ContainerSpec withUser(String nameOrId) {
        Draft draft = new Draft(this);
        draft.user = nameOrId;
        return new ContainerSpec(draft);
    }

    private static <T> List<T> plus(List<T> list, T more) {
        List<T> changed = new ArrayList<>(list);
        changed.add(more);
        return List.copyOf(changed);
    }

    /**
     * Which image.
     *
     * @return its name or id
     */
    public String image() {
        return image;
    }

    /**
     * The container's name.
     *
     * @return empty for one of the runtime's choice
     */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /**
     * Which program is run.
     *
     * @return empty for the image's own entry point
     */
    public List<String> entryPoint() {
        return entryPoint;
    }

    /**
     * What is run.
     *
     * @return empty for the image's own command
     */
    public List<String> command() {
        return command;
    }

    /**
     * The variables of its environment that are no secrets.
     *
     * @return values by name
     */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * The variables of its environment that are secrets.
     *
     * @return secrets by name
     */
    public Map<String, Secret> secrets() {
        return secrets;
    }

    /**
     * Its labels.
     *
     * @return values by name
     */
    public Map<String, String> labels() {
        return labels;
    }

    /**
     * Its network.
     *
     * @return empty for the runtime's default, {@code none} for none, {@code container:} and a name for that of another
     *     container
     */
    public Optional<String> network() {
        return Optional.ofNullable(network);
    }

    /**
     * Which ports are published.
     *
     * @return in the order in which they were named
     */
    public List<Publication> publications() {
        return publications;
    }

    /**
     * What is mounted.
     *
     * @return in the order in which they were named
     */
    public List<Mount> mounts() {
        return mounts;
    }

    /**
     * How much it may take of the host.
     *
     * @return the limits
     */
    public Limits limits() {
        return limits;
    }

    /**
     * As whom it runs.
     *
     * @return empty for the image's own user
     */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** Names nothing but the image: the environment may hold secrets. */
    @Override
    public String toString() {
        return "ContainerSpec of " + image;
    }

    /**
     * A TCP port that the host forwards.
     *
     * @param containerPort the port inside
     * @param hostAddress the address on the host
     * @param hostPort the port on the host, or 0 for one that is free
     */
    public record Publication(int containerPort, String hostAddress, int hostPort) {
        /** Checks the numbers. */
        public Publication {
            if (containerPort < 1 || containerPort > 65_535 || hostPort < 0 || hostPort > 65_535) {
                throw new IllegalArgumentException("no such port: " + containerPort + " or " + hostPort);
            }
        }
    }

    /** Something that appears in the container's file system. */
    public sealed interface Mount {
        /**
         * Where it appears.
         *
         * @return absolute
         */
        String path();

        /**
         * A volume.
         *
         * @param name the volume's name
         * @param path where it appears
         */
        record Volume(String name, String path) implements Mount {}

        /**
         * A file or folder of the runtime's host.
         *
         * @param source where it is there
         * @param path where it appears
         * @param readOnly whether it may not be written to
         */
        record Bind(Path source, String path, boolean readOnly) implements Mount {}

        /**
         * A folder in memory.
         *
         * @param path where it appears
         * @param bytes its size at the most
         */
        record Temporary(String path, long bytes) implements Mount {}
    }

    /**
     * How much a container may take of its host; what is empty is not limited.
     *
     * @param memory in bytes
     * @param nanoCpus in billionths of a core
     * @param processes processes and threads
     */
    public record Limits(OptionalLong memory, OptionalLong nanoCpus, OptionalLong processes) {
        /** Checks the numbers. */
        public Limits {
            for (OptionalLong limit : List.of(memory, nanoCpus, processes)) {
                if (limit.isPresent() && limit.getAsLong() <= 0) {
                    throw new IllegalArgumentException("a limit must be more than zero");
                }
            }
        }
    }

    /** A specification on its way to a changed copy. */
    private static final class Draft {
        private final String image;
        private @Nullable String name;
        private List<String> entryPoint = List.of();
        private List<String> command = List.of();
        private Map<String, String> environment = Map.of();
        private Map<String, Secret> secrets = Map.of();
        private Map<String, String> labels = Map.of();
        private @Nullable String network;
        private List<Publication> publications = List.of();
        private List<Mount> mounts = List.of();
        private Limits limits = new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
        private @Nullable String user;

        Draft(String image) {
            this.image = image;
        }

        Draft(ContainerSpec spec) {
            this.image = spec.image;
            this.name = spec.name;
            this.entryPoint = spec.entryPoint;
            this.command = spec.command;
            this.environment = spec.environment;
            this.secrets = spec.secrets;
            this.labels = spec.labels;
            this.network = spec.network;
            this.publications = spec.publications;
            this.mounts = spec.mounts;
            this.limits = spec.limits;
            this.user = spec.user;
        }
    }
}
