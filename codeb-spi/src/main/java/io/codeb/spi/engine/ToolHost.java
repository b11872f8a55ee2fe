package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.spi.runtime.ContainerRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine's programs run. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param runtime runs the programs
 * @param container where they run; for the runtime {@code host} any name
 * @param directory where the programs are, or null for the search path
 * @param idleLimit after how long without a byte a program is given up; zero for never
 */
@CheckReturnValue
public record ToolHost(
        ContainerRuntime runtime,
        String container,
        @Nullable String directory,
        Duration idleLimit) {
    /**
     * A container with the programs on its search path, and all the time in the world.
     *
     * @param runtime runs the programs
     * @param container where they run; for the runtime {@code host} any name
     * @return to be changed
     */
    public static ToolHost of(ContainerRuntime runtime, String container) {
        return new ToolHost(runtime, container, null, Duration.ZERO);
    }

    /**
     * Says where the programs are.
     *
     * @param path a directory there, or null for the search path
     * @return a changed copy
     */
    public ToolHost withDirectory(@Nullable String path) {
        return new ToolHost(runtime, container, path, idleLimit);
    }

    /**
     * Gives programs up that move no byte.
     *
     * @param limit after how long; zero for never
     * @return a changed copy
     */
    public ToolHost withIdleLimit(Duration limit) {
        return new ToolHost(runtime, container, directory, limit);
    }

    /**
     * A command line.
     *
     * @param program its name, for example {@code pg_dump}
     * @param arguments its arguments
     * @return the program's path, or its name where the search path has it, and the arguments
     */
    public List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(directory == null ? program : directory.replaceFirst("/+$", "") + "/" + program);
        command.addAll(arguments);
        return List.copyOf(command);
    }
}
