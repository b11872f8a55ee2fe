package io.codeb.spi.engine;

import io.codeb.error.ContainerException;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Leftover;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine's programs run. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param runtime runs the programs
 * @param container where they run; for the runtime {@code host} any name
 * @param directory where the programs are, or null for the search path
 * @param idleLimit after how long without a byte a program is given up; zero for never
 * @param run the run that the programs are a part of, or null for none
 * @param nice whether others go first: the programs have a low priority, and an engine does one thing after the other
 *     rather than several at once
 */
@CheckReturnValue
public record ToolHost(
        ContainerRuntime runtime,
        String container,
        @Nullable String directory,
        Duration idleLimit,
        @Nullable String run,
        boolean nice) {
    /**
     * A container with the programs on its search path, and all the time in the world.
     *
     * @param runtime runs the programs
     * @param container where they run; for the runtime {@code host} any name
     * @return to be changed
     */
    public static ToolHost of(ContainerRuntime runtime, String container) {
        return new ToolHost(runtime, container, null, Duration.ZERO, null, false);
    }

    /**
     * Says where the programs are.
     *
     * @param path a directory there, or null for the search path
     * @return a changed copy
     */
    public ToolHost withDirectory(@Nullable String path) {
        return new ToolHost(runtime, container, path, idleLimit, run, nice);
    }

    /**
     * Gives programs up that move no byte.
     *
     * @param limit after how long; zero for never
     * @return a changed copy
     */
    public ToolHost withIdleLimit(Duration limit) {
        return new ToolHost(runtime, container, directory, limit, run, nice);
    }

    /**
     * Marks the programs, and the sessions that they open, as a part of a run, so that who comes later finds what it
     * has left.
     *
     * @param id the run's, as {@link ExecSpec#ofRun} takes it
     * @return a changed copy
     */
    public ToolHost withRun(String id) {
        return new ToolHost(runtime, container, directory, idleLimit, id, nice);
    }

    /**
     * Lets others go first, or not.
     *
     * @param behindOthers as {@link ExecSpec#nice()} has it for the programs
     * @return a changed copy
     */
    public ToolHost withNice(boolean behindOthers) {
        return new ToolHost(runtime, container, directory, idleLimit, run, behindOthers);
    }

    /**
     * A program as a command.
     *
     * @param program its name, for example {@code pg_dump}
     * @param arguments its arguments
     * @return the program's path, or its name where the search path has it, and the arguments; marked with the run
     */
    public ExecSpec command(String program, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(directory == null ? program : directory.replaceFirst("/+$", "") + "/" + program);
        words.addAll(arguments);
        ExecSpec command = nice ? ExecSpec.of(words).nice() : ExecSpec.of(words);
        return run == null ? command : command.ofRun(run);
    }

    /**
     * Ends the programs that runs have left here.
     *
     * @param runs their ids
     * @return one for each run that had left some; kept where it is not known that nothing is left
     */
    public List<Leftover> endRuns(Set<String> runs) {
        List<Leftover> found = new ArrayList<>();
        for (String id : runs) {
            Leftover programs = Leftover.ended(Leftover.Kind.PROGRAMS, "in " + container, id);
            try {
                if (runtime.endRun(container, id)) {
                    found.add(programs);
                }
            } catch (ContainerException e) {
                found.add(programs.keptBecause(String.valueOf(e.getMessage())));
            }
        }
        return found;
    }
}
