package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.QueryResult;
import io.codeb.model.ServerDatabase;
import io.codeb.model.TableInfo;
import java.util.List;

/**
 * Looks into the databases of projects, and makes and drops others beside them. Thread-safe; each call is a session of
 * its own.
 *
 * <p>Methods throw {@link io.codeb.error.EngineException} when the server says no ({@code AUTH_FAILED}, {@code
 * DATABASE_NOT_FOUND}, {@code PERMISSION_DENIED}) or does not answer ({@code SERVER_UNREACHABLE}), {@link
 * io.codeb.error.ContainerException} when its container cannot be used, and {@link io.codeb.error.ConfigException} when
 * there is no project of this name.
 */
public interface DatabaseService {
    /**
     * Looks at a project's database.
     *
     * @param project its name
     * @param cancellation ends it early
     * @return version, encoding, owner, extensions, tables, sizes in bytes, and rows as the server estimates them
     */
    DatabaseInfo inspect(String project, Cancellation cancellation);

    /**
     * Looks at a project's database, as {@link #inspect(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return what is known of it
     */
    default DatabaseInfo inspect(String project) {
        return inspect(project, new Cancellation());
    }

    /**
     * Lists the tables of a project's database.
     *
     * @param project its name
     * @param cancellation ends it early
     * @return in the order of their names
     * @throws io.codeb.error.ConfigException when the project's engine does not speak SQL
     */
    List<TableInfo> tables(String project, Cancellation cancellation);

    /**
     * Lists the tables of a project's database, as {@link #tables(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return in the order of their names
     */
    default List<TableInfo> tables(String project) {
        return tables(project, new Cancellation());
    }

    /**
     * Runs one statement, in a transaction that only reads unless the request says otherwise.
     *
     * @param request the statement and its limits
     * @param cancellation ends it early, on the server too
     * @return its rows, all of them in memory, at most as many as the request allows
     * @throws io.codeb.error.EngineException also {@code SQL_FAILED} when the server refuses the statement, and {@code
     *     QUERY_TIMEOUT} when it ran longer than the request allows
     * @throws io.codeb.error.CancelledException when it was cancelled
     * @throws io.codeb.error.ConfigException when the project's engine does not speak SQL
     */
    QueryResult query(QueryRequest request, Cancellation cancellation);

    /**
     * Runs one statement, as {@link #query(QueryRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request the statement and its limits
     * @return its rows
     */
    default QueryResult query(QueryRequest request) {
        return query(request, new Cancellation());
    }

    /**
     * Dumps a project's database now, as SQL, to a stream; no backup is made of it. The dump is whole only when this
     * returns: proven as that of a backup is. What was written before it throws is worth nothing.
     *
     * @param request of what, in which form, and where to
     * @param cancellation ends it early
     * @return what was written
     * @throws io.codeb.error.EngineException also {@code LOCK_TIMEOUT} when others waited for the dump, and a part of
     *     it was written already
     * @throws io.codeb.error.CheckFailedException when the checks before it have found an error; nothing was written
     * @throws io.codeb.error.StorageException {@code STORAGE_FAILED} when the stream refuses the bytes
     * @throws io.codeb.error.ConfigException also when the project's engine does not dump it as one stream
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    DumpResult dump(DumpRequest request, Cancellation cancellation);

    /**
     * Dumps a project's database, as {@link #dump(DumpRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request of what, in which form, and where to
     * @return what was written
     */
    default DumpResult dump(DumpRequest request) {
        return dump(request, new Cancellation());
    }

    /**
     * Lists the databases of a project's server.
     *
     * @param project its name
     * @param cancellation ends it early
     * @return all of them, the server's own and those of runs among them, in the order of their names
     * @throws io.codeb.error.ConfigException when the project's engine has no such databases
     */
    List<ServerDatabase> list(String project, Cancellation cancellation);

    /**
     * Lists the databases of a project's server, as {@link #list(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return in the order of their names
     */
    default List<ServerDatabase> list(String project) {
        return list(project, new Cancellation());
    }

    /**
     * Makes a database on a project's server. What cannot be is refused before anything is touched.
     *
     * @param request its name, and how it is to be
     * @param cancellation ends it early
     * @return as the server has it now
     * @throws io.codeb.error.EngineException also {@code DATABASE_EXISTS}, {@code DATABASE_IN_USE} when somebody is
     *     connected to its template, {@code TARGET_LACKS} when there is no such owner, and {@code QUERY_TIMEOUT}
     * @throws io.codeb.error.ConfigException when no database of that engine can have that name or encoding, or the
     *     project's engine has no such databases
     */
    ServerDatabase create(CreateRequest request, Cancellation cancellation);

    /**
     * Makes a database, as {@link #create(CreateRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request its name, and how it is to be
     * @return as the server has it now
     */
    default ServerDatabase create(CreateRequest request) {
        return create(request, new Cancellation());
    }

    /**
     * Drops a database of a project's server, with all that is in it. What cannot be is refused before anything is
     * touched; when this returns, the server was asked, and there is none of that name.
     *
     * @param request which, and what may not keep it
     * @param cancellation ends it early; the database may be gone all the same
     * @return as it was before
     * @throws io.codeb.error.EngineException also {@code DATABASE_PROTECTED} when it is the server's own, a template or
     *     the project's own, {@code DATABASE_IN_USE} when somebody is connected to it, and {@code QUERY_TIMEOUT}
     * @throws io.codeb.error.LockedException when it is of a run that goes on, as far as the repositories here know
     * @throws io.codeb.error.ConfigException when no database of that engine can have that name, or the project's
     *     engine has no such databases
     */
    ServerDatabase drop(DropRequest request, Cancellation cancellation);

    /**
     * Drops a database, as {@link #drop(DropRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request which, and what may not keep it
     * @return as it was before
     */
    default ServerDatabase drop(DropRequest request) {
        return drop(request, new Cancellation());
    }

    /**
     * Ends what dead runs of this project have left where its database lives: programs in the container, sessions, and
     * databases {@code codeb_new_…} and {@code codeb_old_…}. Every run does the same for those before it; this is for
     * when there is none, and to see what is there. A run is dead when its record in a repository has not been renewed
     * for three minutes, or its process is known to be gone; what belongs to a run that goes on, or to one of which no
     * repository here has a record, is told and let alone.
     *
     * @param project its name
     * @param cancellation ends it early
     * @return what was found, and what became of it
     */
    CleanUpReport cleanUp(String project, Cancellation cancellation);

    /**
     * Ends what dead runs have left, as {@link #cleanUp(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return what was found, and what became of it
     */
    default CleanUpReport cleanUp(String project) {
        return cleanUp(project, new Cancellation());
    }
}
