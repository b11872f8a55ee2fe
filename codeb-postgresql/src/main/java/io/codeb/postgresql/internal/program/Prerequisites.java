package io.codeb.postgresql.internal.program;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.tool.ToolVersion;
import java.util.ArrayList;
import java.util.List;

/** What dumps and restores stand on: programs that fit the server, and a user who is let in as they are. */
public final class Prerequisites {
    private static final List<String> MAY_MAKE_DATABASES =
            List.of("rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER");

    private Prerequisites() {}

    /**
     * Tries them.
     *
     * @param target where they are
     * @param cancellation ends it early
     * @return what was proven, one sentence each
     * @throws EngineException when one is missing, too old or not let in
     */
    public static List<String> of(DatabaseTarget target, Cancellation cancellation) {
        List<String> proven = new ArrayList<>();
        List<ToolVersion> programs = new ArrayList<>();
        for (String name : List.of("pg_dump", "pg_restore", "psql")) {
            ToolVersion program = PostgresVersion.of(target, name, cancellation);
            programs.add(program);
            proven.add("there is " + program.text());
        }
        ServerVersion server;
        boolean mayMakeDatabases;
        try (PsqlLoad psql = new PsqlLoad(target, cancellation)) {
            server = OwnSession.begin(psql);
            mayMakeDatabases = psql.ask(MAY_MAKE_DATABASES, Limit.SHORT).equals(List.of("t"));
            psql.finish();
        }
        programs.forEach(program -> requireNewEnough(program, server));
        proven.add("they fit the server, which is PostgreSQL " + server.text());
        proven.add("user " + target.user() + " is let into database " + target.database());
        proven.add(
                mayMakeDatabases
                        ? "the user may make databases"
                        : "the user may not make databases: restores go into databases that exist");
        return proven;
    }

    /**
     * Requires a program that knows the server.
     *
     * @param program a client program
     * @param server the server
     * @throws EngineException {@code TOOL_TOO_OLD}
     */
    public static void requireNewEnough(ToolVersion program, ServerVersion server) {
        if (program.major() < server.major()) {
            throw new EngineException(
                    ErrorCode.TOOL_TOO_OLD,
                    "the server is " + server.text() + ", and there is " + program.text(),
                    "install the server's own client programs where they run");
        }
    }
}
