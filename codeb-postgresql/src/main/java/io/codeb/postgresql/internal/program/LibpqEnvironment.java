package io.codeb.postgresql.internal.program;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.runtime.ExecSpec;
import java.util.List;

/**
 * How the server's own programs are called and told where the database is. All of it goes through the environment that
 * libpq reads: a database's name is then a name, whatever characters it has, and the password is in no argument list.
 */
public final class LibpqEnvironment {
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private LibpqEnvironment() {}

    /** A command line and the environment that it needs. */
    public static ExecSpec command(DatabaseTarget target, String program, List<String> arguments) {
        return apply(target.server().tools().command(program, arguments), target);
    }

    /**
     * Adds to a command's environment where the database is, as whom to connect, and that text is UTF-8 and messages
     * are English.
     */
    public static ExecSpec apply(ExecSpec command, DatabaseTarget target) {
        return coordinates(command, target)
                .withEnvironment("PGCLIENTENCODING", "UTF8")
                .withEnvironment("LC_ALL", "C");
    }

    /** Adds to a command's environment where the database is, and as whom to connect. */
    public static ExecSpec coordinates(ExecSpec command, DatabaseTarget target) {
        ExecSpec changed = command.withEnvironment("PGPORT", Integer.toString(target.port()))
                .withEnvironment("PGDATABASE", target.database())
                .withEnvironment("PGUSER", target.user())
                .withEnvironment("PGCONNECT_TIMEOUT", CONNECT_TIMEOUT_SECONDS)
                .withEnvironment(
                        "PGAPPNAME", RunMarks.session(target.server().tools().run()));
        String host = target.host();
        if (host != null) {
            changed = changed.withEnvironment("PGHOST", host);
        }
        Secret password = target.password();
        return password == null ? changed : changed.withSecret("PGPASSWORD", password);
    }
}
