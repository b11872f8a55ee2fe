package io.codeb.spi.tool;

import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ExecSpec;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a program.
 *
 * @param text the program's own words, for example {@code pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)}
 * @param major for example 15
 * @param minor the number behind it, for example 18; 0 where there is none
 */
public record ToolVersion(String text, int major, int minor) {
    /** How long a program may take to say its version. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Pattern ONE_SHORT_LINE = Pattern.compile("[^\\p{Cntrl}]{1,250}");

    /**
     * Asks a program with {@code --version}. It has {@link #LIMIT} to answer and to end.
     *
     * @param host where it runs
     * @param program its name, without a directory
     * @param form what its whole answer must match; the first group is the major version, the second, which need not be
     *     there, the minor one, each of at most 9 digits
     * @param cancellation ends it early
     * @return the version
     * @throws EngineException {@code TOOL_MISSING} when it is not there, or answers like another program: not in that
     *     form, or not in one line of at most 250 characters
     * @throws CodeBException as {@link ToolOutput#read} when it fails or takes too long
     */
    public static ToolVersion ask(ToolHost host, String program, Pattern form, Cancellation cancellation) {
        return ask(host, program, form, LIMIT, cancellation);
    }

    static ToolVersion ask(ToolHost host, String program, Pattern form, Duration limit, Cancellation cancellation) {
        String text;
        try {
            ExecSpec command = host.command(program, List.of("--version"));
            text = ToolOutput.read(host, command, limit, cancellation).strip();
        } catch (CodeBException e) {
            throw e.code() == ErrorCode.EXEC_TIMEOUT
                    ? new ContainerException(
                            e.code(), program + " was asked for its version: " + e.getMessage(), e.hint(), e)
                    : MissingTool.in(program, e).map(CodeBException.class::cast).orElse(e);
        }
        return of(program, text, form);
    }

    /**
     * Reads what a program says of itself, where it need not be asked for it.
     *
     * @param program its name, without a directory
     * @param text its words
     * @param form as {@link #ask} takes it
     * @return the version
     * @throws EngineException {@code TOOL_MISSING} when these are the words of another program: not in that form, or
     *     not in one line of at most 250 characters
     */
    public static ToolVersion of(String program, String text, Pattern form) {
        Matcher matcher = form.matcher(text);
        if (!ONE_SHORT_LINE.matcher(text).matches() || !matcher.matches()) {
            throw new EngineException(
                    ErrorCode.TOOL_MISSING,
                    program + " does not answer like the program of that name",
                    "check what " + program + " is where it runs");
        }
        String minor = matcher.groupCount() < 2 ? null : matcher.group(2);
        return new ToolVersion(text, Integer.parseInt(matcher.group(1)), minor == null ? 0 : Integer.parseInt(minor));
    }
}
