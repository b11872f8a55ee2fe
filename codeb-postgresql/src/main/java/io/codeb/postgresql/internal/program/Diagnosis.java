package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.tool.MissingTool;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what the server or one of its programs says what is wrong. A SQLSTATE is believed first. The programs give
 * none when they cannot connect, and pg_dump never does: then the words count, the server's in its own language.
 */
public final class Diagnosis {
    /** SQLSTATE of a write in a transaction that may only read. */
    static final String READ_ONLY = "25006";

    private static final int MESSAGE_LIMIT = 2_000;

    private static final Map<String, ErrorCode> BY_STATE = Map.ofEntries(
            Map.entry("28P01", ErrorCode.AUTH_FAILED),
            Map.entry("28000", ErrorCode.AUTH_FAILED),
            Map.entry("3D000", ErrorCode.DATABASE_NOT_FOUND),
            Map.entry("42P04", ErrorCode.DATABASE_EXISTS),
            Map.entry("42501", ErrorCode.PERMISSION_DENIED),
            Map.entry("57014", ErrorCode.QUERY_TIMEOUT),
            Map.entry("55P03", ErrorCode.LOCK_TIMEOUT),
            Map.entry("53100", ErrorCode.TARGET_FULL),
            Map.entry("53300", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("57P01", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("57P02", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("57P03", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("08000", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("08001", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("08003", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("08004", ErrorCode.SERVER_UNREACHABLE),
            Map.entry("08006", ErrorCode.SERVER_UNREACHABLE));

    /**
     * Classes of SQLSTATEs that are no answer to a statement: connections, logins, deadlocks, resources, objects in
     * use, an operator's intervention, the system, the server's own errors.
     */
    private static final Set<String> PASSING = Set.of("08", "28", "40", "53", "55", "57", "58", "XX");

    private record Symptom(Pattern words, ErrorCode code) {
        Symptom(String words, ErrorCode code) {
            this(Pattern.compile(words), code);
        }
    }

    private static final List<Symptom> SYMPTOMS = List.of(
            new Symptom("server version mismatch", ErrorCode.TOOL_TOO_OLD),
            new Symptom("No space left on device|[Dd]isk full", ErrorCode.TARGET_FULL),
            new Symptom(
                    "password authentication failed|no password supplied|no pg_hba\\.conf entry|pg_hba\\.conf rejects"
                            + "|authentication failed for user|FATAL:  role \"[^\\n]*\" does not exist"
                            + "|is not permitted to log in",
                    ErrorCode.AUTH_FAILED),
            new Symptom("FATAL:  database \"[^\\n]*\" does not exist", ErrorCode.DATABASE_NOT_FOUND),
            new Symptom("database \"[^\\n]*\" already exists", ErrorCode.DATABASE_EXISTS),
            new Symptom("canceling statement due to lock timeout", ErrorCode.LOCK_TIMEOUT),
            new Symptom("permission denied|must be owner of|must be superuser", ErrorCode.PERMISSION_DENIED),
            new Symptom("canceling statement due to statement timeout", ErrorCode.QUERY_TIMEOUT),
            new Symptom(
                    "could not connect to server|connection to server [^\\n]*failed|Connection refused"
                            + "|the database system is|could not translate host name|timeout expired"
                            + "|server closed the connection unexpectedly|terminating connection"
                            + "|too many (clients|connections)|remaining connection slots",
                    ErrorCode.SERVER_UNREACHABLE));

    private Diagnosis() {}

    /**
     * Why a program of the server's came to nothing.
     *
     * @param program for example {@code pg_dump}
     * @param failure what the runtime says
     * @return what the program or the server said, where it is they who failed; else the failure itself
     */
    public static CodeBException of(String program, CodeBException failure) {
        if (failure instanceof CommandFailedException ended) {
            return of(program, ended);
        }
        return failure instanceof ContainerException lost ? of(program, lost) : failure;
    }

    /**
     * Why a program of the server's failed.
     *
     * @param program for example {@code pg_dump}
     * @param failure how it ended and what it wrote
     */
    public static EngineException of(String program, CommandFailedException failure) {
        EngineException missing = MissingTool.in(program, failure).orElse(null);
        if (missing != null) {
            return missing;
        }
        String stderr = failure.stderrTail();
        ServerError error = ServerError.fatal(stderr, line -> false);
        if (error != null) {
            return ofState(error.state(), error.message(), failure);
        }
        ErrorCode code = Translations.codeIn(stderr).orElseGet(() -> symptom(stderr));
        if (program.equals("pg_dump") && code == ErrorCode.QUERY_TIMEOUT) {
            // pg_dump limits how long it waits for locks by the time that its LOCK TABLE may run.
            code = ErrorCode.LOCK_TIMEOUT;
        }
        String said = stderr.isBlank() ? "it said nothing" : stderr.strip();
        return new EngineException(
                code,
                program + " ended with status " + failure.exitStatus() + ": " + shortened(said),
                hint(code),
                failure);
    }

    private static ErrorCode symptom(String stderr) {
        return SYMPTOMS.stream()
                .filter(symptom -> symptom.words().matcher(stderr).find())
                .map(Symptom::code)
                .findFirst()
                .orElse(ErrorCode.COMMAND_FAILED);
    }

    /**
     * The SQLSTATE of what the server said through psql.
     *
     * @return an empty string where it said nothing, or something else did
     */
    public static String stateOf(CodeBException failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof CommandFailedException ended) {
                ServerError error = ServerError.fatal(ended.stderrTail(), line -> false);
                return error == null ? "" : error.state();
            }
        }
        return "";
    }

    /**
     * Whether the server has refused what it was told, and would refuse it again. It has not where its connection, its
     * room or its own end is what it speaks of, or what others do.
     *
     * @return false also where it said nothing
     */
    public static boolean isRefusal(CodeBException failure) {
        String state = stateOf(failure);
        return !state.isEmpty() && !PASSING.contains(state.substring(0, 2));
    }

    /**
     * Why a program of the server's did not start or did not prove its end.
     *
     * @param program for example {@code pg_dump}
     * @param failure what the runtime says
     * @return {@code TOOL_MISSING} where the program is not there, else the failure itself
     */
    public static CodeBException of(String program, ContainerException failure) {
        return MissingTool.in(program, failure).map(CodeBException.class::cast).orElse(failure);
    }

    /**
     * Why the server refused a statement or a connection.
     *
     * @param state the SQLSTATE, or null where there is none
     * @param message what the server says, of which the first line is taken
     * @param cause the exception underneath
     */
    public static EngineException ofState(@Nullable String state, String message, @Nullable Throwable cause) {
        ErrorCode code = state == null ? ErrorCode.SQL_FAILED : BY_STATE.getOrDefault(state, ErrorCode.SQL_FAILED);
        String firstLine = message.lines().findFirst().orElse("");
        String hint = READ_ONLY.equals(state) ? "say writing() where the statement is meant to write" : hint(code);
        return new EngineException(
                code,
                "PostgreSQL says: " + shortened(firstLine) + (state == null ? "" : " (SQLSTATE " + state + ")"),
                hint,
                cause);
    }

    private static String shortened(String text) {
        return text.length() <= MESSAGE_LIMIT ? text : "… " + text.substring(text.length() - MESSAGE_LIMIT);
    }

    private static String hint(ErrorCode code) {
        return switch (code) {
            case AUTH_FAILED -> "check the project's user and password, and what pg_hba.conf allows";
            case DATABASE_NOT_FOUND -> "check the project's database name";
            case PERMISSION_DENIED -> "grant the user what is missing, or use another one";
            case SERVER_UNREACHABLE -> "check that the server runs and accepts connections, and host and port";
            case QUERY_TIMEOUT -> "allow more time, or ask for less";
            case LOCK_TIMEOUT -> "wait until others have released their locks";
            case TARGET_FULL -> "make room on the database's disk";
            case TOOL_TOO_OLD -> "use client programs of the server's major version or newer";
            default -> "";
        };
    }
}
