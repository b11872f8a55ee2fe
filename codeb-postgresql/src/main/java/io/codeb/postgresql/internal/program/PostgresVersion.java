package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.tool.ToolVersion;
import java.util.regex.Pattern;

/** The versions of PostgreSQL's programs and servers. */
public final class PostgresVersion {
    private static final Pattern FORM =
            Pattern.compile("\\S+ \\(PostgreSQL\\) ([0-9]{1,3})(?:\\.([0-9]{1,3}))?(?![0-9]).*");

    private PostgresVersion() {}

    /**
     * The version of a server.
     *
     * @param number what it says as {@code server_version_num}
     * @param text what it says as {@code server_version}
     * @return its version
     */
    public static ServerVersion ofServer(int number, String text) {
        return new ServerVersion(text, number / 10_000, number % 10_000);
    }

    /**
     * The version of the pg_dump that has made a script: the script's head says it.
     *
     * @param version what it says, for example {@code 15.18 (Debian 15.18-0+deb12u1)}
     * @return its version, as it would answer itself
     * @throws io.codeb.error.EngineException {@code TOOL_MISSING} when that is no version of PostgreSQL
     */
    public static ToolVersion ofDump(String version) {
        return ToolVersion.of("pg_dump", "pg_dump (PostgreSQL) " + version, FORM);
    }

    /**
     * Asks a program.
     *
     * @param target says where it runs
     * @param program for example {@code pg_dump}
     * @param cancellation ends it early
     * @return its version
     */
    public static ToolVersion of(DatabaseTarget target, String program, Cancellation cancellation) {
        try {
            return ToolVersion.ask(target.server().tools(), program, FORM, cancellation);
        } catch (CodeBException e) {
            throw Diagnosis.of(program, e);
        }
    }
}
