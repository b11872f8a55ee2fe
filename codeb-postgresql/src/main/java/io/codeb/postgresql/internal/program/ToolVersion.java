package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.runtime.ExecSpec;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a client program.
 *
 * @param text the program's own words, for example {@code pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)}
 * @param major for example 15
 */
public record ToolVersion(String text, int major) {
    private static final Pattern FORM = Pattern.compile("\\S+ \\(PostgreSQL\\) ([0-9]{1,3})[^\\p{Cntrl}]{0,200}");

    public static ToolVersion of(DatabaseTarget target, String program, Cancellation cancellation) {
        String text;
        try {
            ExecSpec spec = ExecSpec.of(LibpqEnvironment.tool(target, program, List.of("--version")));
            text = CommandOutput.of(target, spec, cancellation).strip();
        } catch (CodeBException e) {
            throw Diagnosis.of(program, e);
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new EngineException(
                    ErrorCode.TOOL_MISSING,
                    program + " does not answer like PostgreSQL's program",
                    "check what " + program + " is where it runs");
        }
        return new ToolVersion(text, Integer.parseInt(matcher.group(1)));
    }
}
