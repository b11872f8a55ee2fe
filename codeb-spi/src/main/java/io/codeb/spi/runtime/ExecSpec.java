package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command to run, as an argument list that no shell reads. Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words: no stdin, the container's own user and directory, an environment without additions, no idle
 * limit, 64 KiB of stderr.
 */
@CheckReturnValue
public final class ExecSpec {
    /** How much of stderr is kept where nothing else is said, in bytes. */
    public static final int DEFAULT_STDERR_LIMIT = 64 * 1024;

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9-]{1,36}");

    private final List<String> command;
    private final Map<String, String> environment;
    private final Map<String, Secret> secrets;
    private final @Nullable String user;
    private final boolean stdin;
    private final Duration idleLimit;
    private final int stderrLimit;
    private final boolean nice;

    private ExecSpec(
            List<String> command,
            Map<String, String> environment,
            Map<String, Secret> secrets,
            @Nullable String user,
            boolean stdin,
            Duration idleLimit,
            int stderrLimit,
            boolean nice) {
        this.command = command;
        this.environment = environment;
        this.secrets = secrets;
        this.user = user;
        this.stdin = stdin;
        this.idleLimit = idleLimit;
        this.stderrLimit = stderrLimit;
        this.nice = nice;
    }

    /**
     * A command.
     *
     * @param command the program and its arguments
     * @return the command, with everything else at its default
     */
    public static ExecSpec of(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        for (String word : command) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a command's word holds a NUL character");
            }
        }
        return new ExecSpec(
                List.copyOf(command), Map.of(), Map.of(), null, false, Duration.ZERO, DEFAULT_STDERR_LIMIT, false);
    }

    /**
     * A command.
     *
     * @param command the program and its arguments
     * @return the command, with everything else at its default
     */
    public static ExecSpec of(String... command) {
        return of(List.of(command));
    }

    /**
     * Sets a variable of the command's environment.
     *
     * @param name the variable
     * @param value its value, not a secret
     * @return a changed copy
     */
    public ExecSpec withEnvironment(String name, String value) {
        Map<String, String> changed = ImageSpec.plus(environment, name, value);
        return new ExecSpec(command, changed, secrets, user, stdin, idleLimit, stderrLimit, nice);
    }

    /**
     * Marks the command, and all that it starts, as a part of a run: {@link ContainerRuntime#endRun} finds it by that,
     * whoever started it. The mark is {@link #runMark} in its environment.
     *
     * @param run the run's id: letters, digits and {@code -}, at most 36
     * @return a changed copy
     */
    public ExecSpec ofRun(String run) {
        String[] mark = runMark(run).split("=", 2);
        return withEnvironment(mark[0], mark[1]);
    }

    /**
     * What a command of a run has in its environment. The value's own end is in it: where shells look for it, the zeros
     * between the variables are lost.
     *
     * @param run the run's id
     * @return {@code CODEB_RUN_ID=…;}
     * @throws IllegalArgumentException when that is no run's id
     */
    public static String runMark(String run) {
        if (!isRun(run)) {
            throw new IllegalArgumentException("not a run's id: '" + run + "'");
        }
        return "CODEB_RUN_ID=" + run + ";";
    }

    /**
     * Whether a text can be a run's id.
     *
     * @param text anything
     * @return true for 1 to 36 letters, digits and {@code -}
     */
    public static boolean isRun(String text) {
        return RUN.matcher(text).matches();
    }

    /**
     * Sets a variable of the command's environment to a secret, which is read when the command starts.
     *
     * @param name the variable
     * @param value where its value comes from
     * @return a changed copy
     */
    public ExecSpec withSecret(String name, Secret value) {
        Map<String, Secret> changed = ImageSpec.plus(secrets, name, value);
        return new ExecSpec(command, environment, changed, user, stdin, idleLimit, stderrLimit, nice);
    }

    /**
     * Runs the command as another user than the container's own.
     *
     * @param name a user of the container
     * @return a changed copy
     */
    public ExecSpec asUser(String name) {
        return new ExecSpec(command, environment, secrets, name, stdin, idleLimit, stderrLimit, nice);
    }

    /**
     * Opens the command's stdin, which is otherwise at its end from the start.
     *
     * @return a changed copy
     */
    public ExecSpec withStdin() {
        return new ExecSpec(command, environment, secrets, user, true, idleLimit, stderrLimit, nice);
    }

    /**
     * Kills the command when no byte moves in either direction for so long.
     *
     * @param limit at least one millisecond; {@link Duration#ZERO} for no limit
     * @return a changed copy
     */
    public ExecSpec withIdleLimit(Duration limit) {
        return new ExecSpec(command, environment, secrets, user, stdin, limit, stderrLimit, nice);
    }

    /**
     * Sets how much of the end of stderr is kept.
     *
     * @param bytes at least 1
     * @return a changed copy
     */
    public ExecSpec withStderrLimit(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a stderr limit of " + bytes + " bytes");
        }
        return new ExecSpec(command, environment, secrets, user, stdin, idleLimit, bytes, nice);
    }

    /**
     * Lets the command, and all that it starts, have what processors and disks others leave: niceness 19, and the idle
     * class of input and output. Where the command runs, {@code renice} and {@code ionice} do that, or {@code nice};
     * what is not there is left out.
     *
     * @return a changed copy
     */
    public ExecSpec nice() {
        return new ExecSpec(command, environment, secrets, user, stdin, idleLimit, stderrLimit, true);
    }

    /**
     * The program and its arguments.
     *
     * @return at least one word
     */
    public List<String> command() {
        return command;
    }

    /**
     * Additions to the environment.
     *
     * @return values by name
     */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * Secret additions to the environment.
     *
     * @return secrets by name
     */
    public Map<String, Secret> secrets() {
        return secrets;
    }

    /**
     * As whom to run.
     *
     * @return a user, or empty for the container's own
     */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /**
     * Whether stdin is open.
     *
     * @return true after {@link #withStdin()}
     */
    public boolean stdin() {
        return stdin;
    }

    /**
     * After how long without a byte the command is killed.
     *
     * @return {@link Duration#ZERO} for never
     */
    public Duration idleLimit() {
        return idleLimit;
    }

    /**
     * How much of the end of stderr is kept.
     *
     * @return bytes
     */
    public int stderrLimit() {
        return stderrLimit;
    }

    /** Names the program only: arguments can hold what logs should not. */
    @Override
    public String toString() {
        return "ExecSpec[" + command.get(0) + "]";
    }

    /**
     * Whether it has only what others leave.
     *
     * @return false unless somebody has said {@link #nice()}
     */
    public boolean isNice() {
        return nice;
    }
}
