package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerDatabase;
import io.codeb.postgresql.internal.catalog.DatabaseList;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lists, makes and drops databases because somebody asks for it, and not as a part of a restore. Thread-safe. */
public final class Databases implements ServerDatabases {
    /** NAMEDATALEN - 1: the server cuts longer names off, and says so in a notice only. */
    private static final int MAX_NAME_BYTES = 63;

    private static final int SESSIONS_TOLD = 5;

    public Databases() {}

    /**
     * Refuses a name that the server would take for another one.
     *
     * @throws ConfigException when it is empty or longer than names are
     */
    static void requireName(String database, String hint) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_NAME_BYTES) {
            throw new ConfigException(
                    "a database's name has 1 to " + MAX_NAME_BYTES + " bytes in UTF-8, and '" + database + "' has "
                            + bytes,
                    hint);
        }
    }

    @Override
    public List<ServerDatabase> list(ServerTarget server, Cancellation cancellation) {
        return DatabaseList.of(server, null, cancellation);
    }

    @Override
    public Optional<ServerDatabase> find(ServerTarget server, String name, Cancellation cancellation) {
        requireName(name, "check the name");
        return DatabaseList.of(server, name, cancellation).stream().findFirst();
    }

    @Override
    public ServerDatabase create(ServerTarget server, CreateSpec spec, Cancellation cancellation) {
        requireName(spec.name(), "choose another name");
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            requireThatItCanBeMade(admin, spec);
            try {
                admin.create(spec);
            } catch (CodeBException e) {
                String template = spec.template();
                throw isInUse(e) && template != null
                        ? inUse(template, admin, e)
                        : withWhatIsThere(e, () -> find(server, spec.name(), new Cancellation()));
            }
        }
        return find(server, spec.name(), cancellation)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.SQL_FAILED,
                        "the server says that it has made database " + spec.name() + ", and it is not there",
                        "look at who else makes and drops databases there"));
    }

    private static void requireThatItCanBeMade(DatabaseAdmin admin, CreateSpec spec) {
        if (admin.exists(spec.name())) {
            throw new EngineException(
                    ErrorCode.DATABASE_EXISTS, "database " + spec.name() + " exists", "choose another name");
        }
        String template = spec.template();
        if (template != null && !admin.exists(template)) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND,
                    "there is no database " + template + " to make a copy of",
                    "databases().list(project) tells which there are");
        }
        String owner = spec.owner();
        if (owner != null && !admin.roles().contains(owner)) {
            throw new EngineException(
                    ErrorCode.TARGET_LACKS, "there is no role " + owner + " to own the database", "create the role");
        }
        String encoding = spec.encoding();
        if (encoding != null && !admin.knowsEncoding(encoding)) {
            throw new ConfigException(
                    "PostgreSQL knows no encoding " + encoding + " for databases", "take UTF8, or none");
        }
        if (template != null) {
            Set<String> sessions = admin.clientsOf(template);
            if (!sessions.isEmpty()) {
                throw inUse(template, sessions, null);
            }
        }
    }

    @Override
    public void drop(ServerTarget server, DropSpec spec, Cancellation cancellation) {
        ServerDatabase found = find(server, spec.name(), cancellation).orElseThrow(() -> notFound(spec.name()));
        if (found.kind() == ServerDatabase.Kind.SYSTEM) {
            throw new EngineException(
                    ErrorCode.DATABASE_PROTECTED, "database " + spec.name() + " is the server's own", "leave it there");
        }
        if (found.template()) {
            throw new EngineException(
                    ErrorCode.DATABASE_PROTECTED,
                    "database " + spec.name() + " is a template",
                    "ALTER DATABASE … IS_TEMPLATE false makes it an ordinary one");
        }
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            Set<String> sessions = spec.disconnecting() ? Set.of() : admin.clientsOf(spec.name());
            if (!sessions.isEmpty()) {
                throw inUse(spec.name(), sessions, null);
            }
            try {
                admin.drop(spec);
            } catch (CodeBException e) {
                throw isInUse(e)
                        ? inUse(spec.name(), admin, e)
                        : withWhatIsThere(e, () -> find(server, spec.name(), new Cancellation()));
            }
        }
        if (find(server, spec.name(), cancellation).isPresent()) {
            throw new EngineException(
                    ErrorCode.SQL_FAILED,
                    "the server says that it has dropped database " + spec.name() + ", and there is one",
                    "look at who else makes and drops databases there");
        }
    }

    private static EngineException notFound(String database) {
        return new EngineException(
                ErrorCode.DATABASE_NOT_FOUND,
                "there is no database " + database,
                "databases().list(project) tells which there are");
    }

    private static boolean isInUse(CodeBException e) {
        return Diagnosis.stateOf(e).equals(DatabaseAdmin.OBJECT_IN_USE);
    }

    /** Somebody came between the look and the statement, or what keeps it is no session. */
    private static EngineException inUse(String database, DatabaseAdmin admin, CodeBException refusal) {
        return inUse(database, admin.clientsOf(database), refusal);
    }

    private static EngineException inUse(String database, Set<String> sessions, @Nullable CodeBException cause) {
        String who = sessions.isEmpty() && cause != null
                ? String.valueOf(cause.getMessage())
                : String.join(", ", sessions.stream().limit(SESSIONS_TOLD).toList())
                        + (sessions.size() > SESSIONS_TOLD
                                ? " and " + (sessions.size() - SESSIONS_TOLD) + " more"
                                : "");
        return new EngineException(
                ErrorCode.DATABASE_IN_USE,
                "database " + database + " is in use: " + who,
                "end what uses it; to drop it all the same, say disconnecting()",
                cause);
    }

    /** An answer that was lost says nothing: whoever is told of the failure is told what was found after it. */
    private static CodeBException withWhatIsThere(CodeBException failure, Supplier<Optional<ServerDatabase>> look) {
        if (!failure.code().retryable() && failure.code() != ErrorCode.CANCELLED) {
            return failure;
        }
        String found;
        try {
            found = look.get().isPresent()
                    ? "afterwards the database is there"
                    : "afterwards there is no such database";
        } catch (CodeBException e) {
            failure.addSuppressed(e);
            found = "and it cannot be told whether the database is there";
        }
        return failure.code() == ErrorCode.CANCELLED
                ? new CancelledException(failure.getMessage() + "; " + found)
                : new EngineException(failure.code(), failure.getMessage() + "; " + found, failure.hint(), failure);
    }
}
